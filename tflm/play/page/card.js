/** What is known of the model, for people. */

import {capitalize} from './tokenizer.js';

const NUMBER = new Intl.NumberFormat('en', {maximumFractionDigits: 2});

const SCORES = {
  perplexity: ['perplexity', (value) => NUMBER.format(value)],
  span_f1: ['span F1', percent],
  accuracy: ['accuracy', percent],
  exact_sentences: ['exact sentences', percent],
};

/** Fills the heading and the list of facts. */
export function show(facts) {
  const scores = Object.entries(SCORES)
      .filter(([name]) => facts.metrics[name])
      .map(([name, [term, shown]]) => [term, shown(facts.metrics[name])]);
  const size = `${NUMBER.format(facts.file_bytes / 1e6)} MB`;
  const words = `${NUMBER.format(facts.words.length)} words`;
  document.title = `${facts.name} – tflm play`;
  element('name').textContent = facts.name;
  element('summary').textContent = [
    size, words, ...scores.slice(0, 1).map((score) => score.join(' ')),
  ].join(' · ');
  const lines = [
    ['File', `${NUMBER.format(facts.file_bytes)} bytes`],
    ['SHA-256', facts.file_sha256],
    ['Recipe', facts.recipe],
    ...scores.map(([term, value]) => [capitalize(term), value]),
    ['Trained on', facts.corpus.name],
    ['Reads', facts.tagging?.directions.join(' and ')],
    ['Suggestions', unlikeSuggest(facts)],
    ['Runtime', facts.runtime],
  ];
  for (const [name, value] of lines) {
    if (value) element('model').append(...pair(name, value));
  }
}

/**
 * Returns what `tflm suggest` does and the page does not; undefined of taggers,
 * and of models of pieces, which forgive no slips and have no cache.
 */
function unlikeSuggest({tagging, pieces, has_cache: hasCache}) {
  if (tagging || pieces.texts) return undefined;
  const cache = hasCache ? 'without the cache and ' : '';
  return `${cache}without forgiven slips, unlike those of tflm suggest`;
}

function percent(share) {
  return `${NUMBER.format(100 * share)} %`;
}

function pair(name, value) {
  const term = document.createElement('dt');
  const text = document.createElement('dd');
  term.textContent = name;
  text.textContent = value;
  return [term, text];
}

function element(id) {
  return document.getElementById(id);
}
