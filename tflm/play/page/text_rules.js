/** How text becomes words, as tflm/text/rules.py says it. */

import {Lexicon} from './lexicon.js';
import * as marked from './marked.js';
import {Pieces} from './pieces.js';
import * as scripts from './scripts.js';
import * as tokenizer from './tokenizer.js';

// What Python's str.isspace and str.split take for white space.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a' +
    '\\u2028\\u2029\\u202f\\u205f\\u3000';
const ENDS_WITH_SPACE = new RegExp(`[${SPACE}]$`, 'u');
const LAST_WORD = new RegExp(`[^${SPACE}]*$`, 'u');
const SPACES_AT_END = new RegExp(`[${SPACE}]+$`, 'u');
const BETWEEN_SPACES = new RegExp(`[^${SPACE}]+`, 'gu');

// What TextVectorization of Keras strips and splits at: ASCII alone.
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
// What the words of Unicode are not, and which of them are numbers.
const NOTHING = /^[\p{Z}\p{C}]*$/u;
const NUMBER = /^\p{Nd}[\p{Nd}\p{P}]*$/u;
const LETTERS = new Lexicon([]);
const BETWEEN_ASCII_SPACES = /[^ \t-\r]+/g;

/**
 * What a kind of rules may have of its own. `places` gives each word in the
 * case in which it was typed, and where in the text it starts. Words may be
 * pieces of those of people: `texts` has each as it is written after another.
 */
const DEFAULTS = {
  joint: ' ', // Between two words.
  texts: null,
  plain: (text) => text,
  lower: (word) => word,
  words(text) {
    return this.places(text).map(({token}) => this.lower(token));
  },
  isOpen: (text) => text !== '' && !ENDS_WITH_SPACE.test(text),
};

const KINDS = {
  'typed': (fields) => ({
    plain: tokenizer.plain,
    places: tokenizer.places,
    ...cased(fields),
  }),

  'white space': (fields) => ({
    places: (text) => matches(text, BETWEEN_SPACES),
    ...cased(fields),
  }),

  'marked': (fields) => ({
    plain: tokenizer.plain,
    places: (text) => matches(text, BETWEEN_SPACES)
        .flatMap(({token, start}) =>
          placed(marked.words(token, fields.options), start))
        .filter(({token}) => marked.isKept(token, fields.options)),
    ...cased(fields),
  }),

  'unicode': (fields) => {
    const segmenter = new Intl.Segmenter('und', {granularity: 'word'});
    return {
      plain: tokenizer.plain,
      places: (text) => [...segmenter.segment(text)]
          .flatMap(({segment, index}) => parts(segment, index, LETTERS))
          .filter(({token}) => !NOTHING.test(token))
          .map(({token, start}) => ({
            token: NUMBER.test(token) ? '<number>' : token, start})),
      ...cased(fields),
    };
  },

  'segmented': (fields) => {
    const lexicon = new Lexicon(fields.options.lexicon);
    return {
      plain: tokenizer.plain,
      places: (text) => tokenizer.places(text).flatMap(({token, start}) =>
        tokenizer.isWord(token) ?
          parts(token, start, lexicon) : [{token, start}]),
      isOpen: (text) =>
        DEFAULTS.isOpen(text) && !scripts.isTypedWhole(text),
      ...cased(fields),
    };
  },

  'characters': (fields) =>
    KINDS.segmented({...fields, options: {lexicon: []}}),

  'keras': ({lower_case: lowers, options}, facts) => {
    const {filters, separator, by_character: byCharacter} = options;
    const filtered = new Set(filters);
    return {
      texts: byCharacter ? facts.pieces?.texts : null,
      places: (text) => byCharacter ?
        matches(text, /./gsu) : between(text, filtered, separator),
      lower: (word) => lowers ? word.toLowerCase() : word,
      words(text) {
        return this.places(this.lower(text)).map(({token}) => token);
      },
      isOpen: (text) => !byCharacter && text !== '' &&
          !filtered.has([...text].at(-1)) && !text.endsWith(separator),
    };
  },

  'subwords': (fields, {pieces, words}) => {
    const found = new Pieces(pieces, words);
    return {
      texts: pieces.texts,
      lower: (text) => found.plain(text),
      words: (text) => found.words(text),
    };
  },

  'text_vectorization': ({lower_case: lowers, options}) => {
    const {strips_punctuation: strips, at} = options;
    const expression = {whitespace: BETWEEN_ASCII_SPACES, character: /./gsu};
    const strip = (text) => strips ? text.replace(PUNCTUATION, '') : text;
    return {
      joint: at === 'character' ? '' : ' ',
      places: (text) => matches(text, expression[at] ?? /.+/gs)
          .map(({token, start}) => ({token: strip(token), start}))
          .filter(({token}) => token !== ''),
      lower: (word) => lowers ?
        word.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : word,
      isOpen: (text) => at === 'whitespace' &&
          strip(text.split(/[ \t-\r]/).at(-1)) !== '',
    };
  },
};

/**
 * Returns the rules of a bundle: `plain`, `places`, `words`, `lower`,
 * `isOpen`, `joint`, `texts`.
 *
 * @param {object} fields `text` of a bundle's manifest.
 * @param {{words: string[], pieces: object}} facts of the same bundle.
 */
export function textRules(fields, facts = {}) {
  const kind = KINDS[fields.tokenizer];
  if (!kind) {
    throw new Error(`the text rules '${fields.tokenizer}' are not known here`);
  }
  return {...DEFAULTS, ...kind(fields, facts)};
}

/** Returns the end of a text behind its last space, as Python has spaces. */
export function lastWord(text) {
  return text.match(LAST_WORD)[0];
}

/** Returns a text without the spaces at its end. */
export function withoutEnd(text) {
  return text.replace(SPACES_AT_END, '');
}

/** Returns the `lower` of rules that know words in lower case only. */
function cased({lower_case: lowers, locale}) {
  return lowers && {lower: (word) => tokenizer.lower(word, locale)};
}

/** Returns a token and its place, or those of the words of which it is made. */
function parts(token, start, lexicon) {
  const found = scripts.runs(token).flatMap((run) =>
    scripts.isSpaceless(run) ? lexicon.words(run) : [run]);
  return placed(found, start);
}

/** Returns tokens, each of which begins where the one before ends. */
function placed(tokens, start) {
  let place = start;
  return tokens.map((token) => {
    const found = {token, start: place};
    place += token.length;
    return found;
  });
}

function matches(text, expression) {
  return [...text.matchAll(expression)].map(
      (match) => ({token: match[0], start: match.index}));
}

/** Splits at a separator, which each filtered character stands for. */
function between(text, filtered, separator) {
  const found = [];
  let start = 0;
  const end = (place, next) => {
    if (start < place) found.push({token: text.slice(start, place), start});
    start = next;
  };
  for (let place = 0; place < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(place));
    let size = character.length;
    if (filtered.has(character)) {
      end(place, place + size);
    } else if (text.startsWith(separator, place)) {
      size = separator.length;
      end(place, place + size);
    }
    place += size;
  }
  end(text.length, text.length);
  return found;
}
