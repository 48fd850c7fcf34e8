/**
 * Typed text to words: the rules of docs/tokenizer.md, as tflm/text/tokenizer.py
 * and Tokenizer.java have them.
 */

// Quotation marks that keyboards insert for the plain ones.
const PLAIN = new Map(Object.entries(
    {'’': '\'', '‘': '\'', 'ʼ': '\'', '“': '"', '”': '"', '…': '...'}));
const CURLY = /[’‘ʼ“”…]/g;

const LETTER = String.raw`[\p{L}\p{M}\p{Nd}_-]`;
const REST = String.raw`[^\p{Z}\p{Cc}]*[^\p{Z}\p{Cc}.,!?;:)'"]`;
const SYMBOL = String.raw`[\p{So}\u2194\u{1F000}-\u{1FAFF}]`;
const MODIFIERS =
    String.raw`[\p{M}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]*`;

// At each place the first expression that matches takes the token. Counts are
// bounded where a hostile text would otherwise be searched again and again.
const KINDS = {
  link: String.raw`(?:[A-Za-z]+:\/\/|[wW]{3}\.)${REST}`,
  email: String.raw`[\p{L}\p{M}\p{Nd}_.+\-]{1,64}@` +
      String.raw`${LETTER}+(?:\.${LETTER}+){1,99}`,
  site: String.raw`${LETTER}{1,63}(?:\.${LETTER}{1,63}){0,4}\.` +
      String.raw`(?:[cC][oO][mM]|[oO][rR][gG]|[nN][eE][tT]|[eE][dD][uU]` +
      String.raw`|[gG][oO][vV]|[iI][oO])(?![\p{L}\p{Nd}])(?:\/(?:${REST})?)?`,
  emoticon: String.raw`(?:[:;=][\-']?[\(\)\[\]DdPp\/\|*oO]` +
      String.raw`|(?<![\p{L}\p{Nd}])[:;=][\-']?3)(?![\p{L}\p{Nd}])`,
  heart: String.raw`<\/?3(?!\p{Nd})`,
  number: String.raw`\p{Nd}+(?:[.,:\/]\p{Nd}+){0,99}(?:[aApP][mM])?` +
      String.raw`(?![\p{L}\p{M}\p{Nd}])`,
  word: String.raw`[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*` +
      String.raw`(?:['\u200C\u200D][\p{L}\p{M}\p{Nd}]+){0,99}`,
  flag: String.raw`[\u{1F1E6}-\u{1F1FF}]{2}`,
  emoji: String.raw`${SYMBOL}${MODIFIERS}` +
      String.raw`(?:\u200D${SYMBOL}${MODIFIERS}){0,99}`,
  dots: String.raw`\.{2,}`,
  question: String.raw`!*\?[!?]*`,
  exclamation: String.raw`!+`,
  other: String.raw`[^\p{Z}\p{Cc}\p{Cf}\p{Cs}]\p{M}*`,
};
const TOKEN = new RegExp(
    Object.entries(KINDS).map(([name, e]) => `(?<${name}>${e})`).join('|'),
    'gu');

// Languages that write i with a dot in both cases, or in neither.
const DOTTED = /^(az|tr)(-|$)/i;

// Kinds whose tokens are all read as one.
const STANDS_FOR = {
  link: '<url>',
  email: '<url>',
  site: '<url>',
  number: '<number>',
  dots: '...',
  question: '?',
  exclamation: '!',
};

/** Returns text as `split` reads it, which has the same tokens. */
export function plain(text) {
  return text.normalize('NFC').replace(CURLY, (mark) => PLAIN.get(mark));
}

/**
 * Splits plain text.
 *
 * @param {string} text as `plain` returns it.
 * @return {Array<{token: string, start: number}>} each token in the case in
 *     which it was typed, and where in the text it starts.
 */
export function places(text) {
  return [...text.matchAll(TOKEN)].map((match) => {
    const [kind] =
        Object.entries(match.groups).find(([, found]) => found !== undefined);
    return {token: STANDS_FOR[kind] ?? match[0], start: match.index};
  });
}

/** Returns the tokens of `text` in the case in which they were typed. */
export function split(text) {
  return places(plain(text)).map(({token}) => token);
}

/** Returns the tokens of `text`, its words in lower case. */
export function tokenize(text) {
  return split(text).map((token) => lower(token));
}

/**
 * Returns a word in lower case, any other token (`:D`) as it is.
 *
 * @param {string} token
 * @param {string} locale BCP 47 tag whose case it is.
 */
export function lower(token, locale = '') {
  if (!isWord(token)) return token;
  return DOTTED.test(locale) ?
    token.toLocaleLowerCase('tr') : token.toLowerCase();
}

/** Returns a word with a capital in front. */
export function capitalize(word, locale = '') {
  const [first, ...rest] = word;
  const capital = DOTTED.test(locale) ?
    first.toLocaleUpperCase('tr') : first.toUpperCase();
  return capital + rest.join('');
}

/** Tells a word, which is typed letter by letter, from other tokens. */
export function isWord(token) {
  return /^[\p{L}\p{Nd}]/u.test(token);
}
