/** The letters of a keyboard in a language, and the marks beside its space. */

const LATIN = {rows: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm']};

const LAYOUTS = {
  ar: {
    rows: ['ضصثقفغعهخحج', 'شسيبلاتنمكط', 'ذءؤرىةوزظد'],
    comma: '،', hasShift: false,
  },
  de: {rows: ['qwertzuiopü', 'asdfghjklöä', 'yxcvbnmß']},
  es: {rows: ['qwertyuiop', 'asdfghjklñ', 'zxcvbnm']},
  fr: {rows: ['azertyuiop', 'qsdfghjklm', 'wxcvbn\'']},
  // InScript: what shift gives stands under what it is without.
  hi: {
    rows: ['ौैाीूबहगदजड', 'ोे्िुपरकतचट', 'ॉंमनवलसय़'],
    shifted: ['औऐआईऊभङघधझढ', 'ओएअइउफऱखथछठ', 'ऑँणञवळशषः'],
    stop: '।',
  },
  tr: {rows: ['qwertyuıopğü', 'asdfghjklşi', 'zxcvbnmöç']},
};
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)(-|$)/i;

/**
 * Returns the keys of a language, the Latin ones if it has none here.
 *
 * @param {string} language BCP 47 tag, empty for none.
 * @return {{rows: string[][], shifted: Map<string, string>, comma: string,
 *     stop: string, hasShift: boolean}} `shifted` are the letters of a shift
 *     key that has other ones than capitals.
 */
export function layout(language) {
  const found = LAYOUTS[language.split('-')[0].toLowerCase()] ?? LATIN;
  const keys = (rows) => rows.map((row) => [...row]);
  const below = keys(found.rows).flat();
  const above = keys(found.shifted ?? []).flat();
  return {
    comma: ',', stop: '.', hasShift: true,
    ...found,
    rows: keys(found.rows),
    shifted: new Map(above.map((letter, place) => [below[place], letter])),
  };
}

/** Tells whether a language is written from right to left. */
export function isRightToLeft(language) {
  return RIGHT_TO_LEFT.test(language);
}
