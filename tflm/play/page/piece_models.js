/** A word in pieces: the three ways that libraries have. */

/**
 * Returns a function that splits a word.
 *
 * @param {object} table of pieces.
 * @param {Map<string, number>} ids of the pieces.
 * @return {function(string): string[]}
 */
export function model(table, ids) {
  return MODELS[table.model](table, ids);
}

const MODELS = {
  /** The pieces whose scores have the largest sum. */
  unigram({scores, single}, ids) {
    const round = single ? Math.fround : (value) => value;
    const given = scores.filter((score) => score !== null);
    const least = given.reduce((a, b) => Math.min(a, b), Infinity);
    const unknown = round(round(least) - 10);
    const longest = [...ids.keys()].reduce(
        (size, piece) => Math.max(size, piece.length), 0);
    const score = (piece) => scores[ids.get(piece)] ?? null;
    return (word) => {
      const best = new Array(word.length + 1).fill(-Infinity);
      const from = new Array(word.length + 1).fill(0);
      best[0] = 0;
      const offer = (start, end, more) => {
        const sum = round(best[start] + more);
        if (sum > best[end]) [best[end], from[end]] = [sum, start];
      };
      for (let start = 0, next; start < word.length; start = next) {
        next = start + String.fromCodePoint(word.codePointAt(start)).length;
        const last = Math.min(word.length, start + longest);
        for (let end = next; end <= last; end++) {
          const found = score(word.slice(start, end));
          if (found !== null) offer(start, end, round(found));
        }
        if (score(word.slice(start, next)) === null) {
          offer(start, next, unknown);
        }
      }
      const pieces = [];
      for (let end = word.length; end > 0; end = from[end]) {
        pieces.unshift(word.slice(from[end], end));
      }
      return pieces;
    };
  },

  /** Characters, of which the pair with the lowest rank is joined first. */
  bpe({merges, scores, whole}, ids) {
    const ranks = new Map(merges?.map((pair, rank) => [pair.join('\n'), rank]));
    const rank = merges ?
      (left, right) => ranks.get(`${left}\n${right}`) ?? Infinity :
      (left, right) => -(scores[ids.get(left + right)] ?? -Infinity);
    return (word) => {
      if (whole && ids.has(word)) return [word];
      const parts = [...word];
      const pairs = parts.slice(1).map((right, i) => rank(parts[i], right));
      while (pairs.length) {
        const least = pairs.reduce((a, b) => Math.min(a, b));
        if (least === Infinity) break;
        const at = pairs.indexOf(least);
        parts.splice(at, 2, parts[at] + parts[at + 1]);
        pairs.splice(at, 1);
        for (const i of [at - 1, at]) {
          if (i in pairs) pairs[i] = rank(parts[i], parts[i + 1]);
        }
      }
      return parts;
    };
  },

  /** The longest pieces from the start on, or the whole where one is missing. */
  word_piece({continues, longest}, ids) {
    return (word) => {
      const letters = [...word];
      if (letters.length > longest) return [word];
      const pieces = [];
      for (let start = 0; start < letters.length;) {
        const piece = (end) => (start ? continues : '') +
            letters.slice(start, end).join('');
        let end = letters.length;
        while (end > start && !ids.has(piece(end))) end--;
        if (end === start) return [word];
        pieces.push(piece(end));
        start = end;
      }
      return pieces;
    };
  },
};
