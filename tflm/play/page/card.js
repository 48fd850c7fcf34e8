/** What is known of the model, for people. */

const NUMBER = new Intl.NumberFormat('en', {maximumFractionDigits: 2});

/** Fills the heading and the list of facts. */
export function show(facts) {
  const perplexity = facts.metrics.perplexity;
  const size = `${NUMBER.format(facts.file_bytes / 1e6)} MB`;
  const words = `${NUMBER.format(facts.words.length)} words`;
  document.title = `${facts.name} – tflm play`;
  element('name').textContent = facts.name;
  element('summary').textContent = [
    size, words,
    ...(perplexity ? [`perplexity ${NUMBER.format(perplexity)}`] : []),
  ].join(' · ');
  const lines = {
    'File': `${NUMBER.format(facts.file_bytes)} bytes`,
    'SHA-256': facts.file_sha256,
    'Recipe': facts.recipe,
    'Perplexity': perplexity && NUMBER.format(perplexity),
    'Trained on': facts.corpus.name,
    'Runtime': facts.runtime,
  };
  for (const [name, value] of Object.entries(lines)) {
    if (value) element('model').append(...pair(name, value));
  }
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
