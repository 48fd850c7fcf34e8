/** Text in pieces of words, by a table: see docs/tokenizer.md. */

import {model} from './piece_models.js';
import {normalize} from './piece_normalizers.js';

const S = '\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a' +
    '\\u2028\\u2029\\u202f\\u205f\\u3000';
const W = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d';
const P = '!-\\/:-@\\[-`\\{-~\\p{P}';

const SPLITS = {
  'text': '[^]+',
  'each': '\u2581[^\u2581]*|[^\u2581]+',
  'runs': '\u2581*[^\u2581]+|\u2581+',
  'gpt2': String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+` +
      String.raw`| ?[^${S}\p{L}\p{N}]+|[${S}]+(?![^${S}])|[${S}]+`,
  'words': `[${W}]+|[^${W}${S}]+`,
  'white space': `[^${S}]+`,
  'bert': `[${P}]|[^${P}${S}]+`,
};

/** Splits text as the library does from which a table was made. */
export class Pieces {
  /**
   * @param {object} table as tflm/text/piece_table makes it.
   * @param {string[]} words the pieces; the id of one is its place.
   */
  constructor(table, words) {
    this.table = table;
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.model = model(table, this.ids);
    this.parts = new RegExp(SPLITS[table.split], 'gu');
    const longest = [...table.added].sort((a, b) => b.length - a.length);
    this.added = longest.length && new RegExp(
        `(${longest.map(escaped).join('|')})`, 'u');
  }

  /** Returns the pieces of a text. */
  words(text) {
    const sections = this.added ? text.split(this.added) : [text];
    const found = sections.flatMap((section, place) =>
      place % 2 ? [section] : this.section(section, place === 0));
    return this.table.fuses === 'text' ? this.fused(found) : found;
  }

  /** Returns a text as its pieces write it, without space around it. */
  plain(text) {
    return normalize(text, this.table.normalizer).trim();
  }

  /** Returns the pieces of what stands between pieces that were added. */
  section(text, isFirst) {
    const {normalizer, space, prefix, bytes, fuses} = this.table;
    let made = normalize(text, normalizer);
    if (!made) return [];
    const mark = space ?? ' ';
    made = made.replaceAll(' ', mark);
    const isMissing = !made.startsWith(mark) &&
        (prefix === 'absent' || prefix === 'first' && isFirst);
    if (prefix === 'always' || isMissing) made = mark + made;
    return (made.match(this.parts) ?? []).flatMap((part) => {
      const word = bytes === 'level' ? inBytes(part) : part;
      const found = this.model(word);
      const whole = fuses === 'word' ? this.fused(found) : found;
      return whole.flatMap((piece) => this.known(piece) ? [piece] :
        this.fallback(piece));
    });
  }

  known(piece) {
    const id = this.ids.get(piece);
    return id !== undefined && this.table.scores?.[id] !== null;
  }

  /** Returns the bytes of an unknown piece, where there are pieces for them. */
  fallback(piece) {
    if (this.table.bytes !== 'fallback') return [piece];
    const bytes = utf8(piece).map((byte) =>
      `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    return bytes.every((byte) => this.ids.has(byte)) ? bytes : [piece];
  }

  /** Returns pieces, of which unknown neighbours are one. */
  fused(pieces) {
    const found = [];
    let wasKnown = true;
    for (const piece of pieces) {
      const isKnown = this.ids.has(piece);
      if (isKnown || wasKnown) found.push(piece);
      else found[found.length - 1] += piece;
      wasKnown = isKnown;
    }
    return found;
  }
}

function utf8(text) {
  return [...new TextEncoder().encode(text)];
}

/** Returns bytes as the printable characters that stand for them. */
function inBytes(text) {
  return utf8(text).map((byte) => BYTES[byte]).join('');
}

const BYTES = (() => {
  let other = 256;
  return Array.from({length: 256}, (_, byte) => {
    const isPrintable = byte > 32 && byte < 127 ||
        byte > 160 && byte !== 173;
    return String.fromCharCode(isPrintable ? byte : other++);
  });
})();

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\\/-]/g, '\\$&');
}
