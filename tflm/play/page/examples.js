/** Text that a page begins with, by what a tagger knows. */

const EXAMPLES = [
  {
    kinds: ['artist', 'city', 'timeRange', 'restaurant_type', 'playlist'],
    text: 'Add a song by Nina Simone to my evening playlist\n' +
        'Book a table for four in Paris tomorrow at 7 pm\n' +
        'Will it snow in Oslo on Friday',
  },
  {
    kinds: ['fromloc.city_name', 'toloc.city_name', 'airline_name'],
    text: 'show me the cheapest flights from Boston to Denver on Monday ' +
        'morning\nwhich airlines fly nonstop to Seattle after 5 pm',
  },
  {
    kinds: ['PER', 'LOC', 'ORG', 'PERSON', 'GPE', 'person', 'location'],
    text: 'Marie Curie left Warsaw for Paris in 1891 and taught at the ' +
        'Sorbonne.',
  },
  {
    kinds: ['NOUN', 'VERB', 'NN', 'VB'],
    text: 'The old keeper slowly climbed the narrow stairs of the ' +
        'lighthouse, and it began to rain.',
  },
  {
    kinds: ['NOUN', 'VERB'],
    text: 'Le vieux gardien monte lentement les marches étroites du phare, ' +
        'et il commence à pleuvoir.',
  },
];

/**
 * Returns the text of which a tagger knows the most.
 *
 * @param {Iterable<string>} kinds that it tells apart.
 * @param {string[]} words that it knows.
 */
export function example(kinds, words) {
  const known = {kinds: new Set(kinds), words: new Set(words)};
  const scores = EXAMPLES.map((each) => {
    const typed = each.text.toLowerCase().match(/\p{L}+/gu);
    // Words decide among languages, where kinds are the same.
    return 2 * (each.kinds.some((kind) => known.kinds.has(kind)) ? 1 : 0) +
        typed.filter((word) => known.words.has(word)).length / typed.length;
  });
  return EXAMPLES[scores.indexOf(Math.max(...scores))].text;
}
