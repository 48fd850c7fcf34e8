/**
 * Runs the model beside the page, so that it never holds up typing.
 *
 * A classic worker: the runtime loads its script with importScripts, which a
 * module has not.
 */

const WARM_UP = 50;
const BETWEEN_PAUSES = 20; // Steps, after which typed text has its turn.
const SIGNATURES = ['step', 'step_backward']; // As a tagger's directions.

const ready = start();

addEventListener('message', async ({data}) => {
  const {id, method, argument} = data;
  try {
    const result = await methods[method](await ready, argument);
    postMessage({id, result});
  } catch (error) {
    postMessage({id, error: String(error.message ?? error)});
  }
});

const methods = {
  /** Tells that the model is loaded. */
  load: ({step}) => ({initMs: step.initMs}),

  /** Suggests words for the text before the cursor. */
  suggest: ({reader}, text) => reader.suggest(text),

  /** Labels the text. */
  tag: ({reader}, text) => reader.tag(text),

  /** Measures steady steps with words that are none in a row. */
  measure: async ({step, reader, firstMs}, runs) => {
    let state = step.initialState();
    const measured = {invokeMs: [], stepMs: []};
    for (let run = 0; run < WARM_UP + runs; run++) {
      const token = reader.token(run);
      const start = performance.now();
      const result = await step.read(token, state);
      measured.stepMs.push(performance.now() - start);
      measured.invokeMs.push(result.ms);
      state = result.state;
      if (run % BETWEEN_PAUSES === 0) await pause();
    }
    return {
      initMs: step.initMs,
      firstMs,
      warmupMs: measured.invokeMs.slice(0, WARM_UP),
      invokeMs: measured.invokeMs.slice(WARM_UP),
      stepMs: measured.stepMs.slice(WARM_UP),
      fullyAccelerated: step.compiled.isFullyAccelerated,
    };
  },
};

async function start() {
  const {load} = await import('./step.js');
  const [facts, content] = await Promise.all([
    fetch('model.json').then((response) => response.json()),
    fetch('model.tflite').then((response) => response.arrayBuffer()),
  ]);
  const runtime = new URL('runtime/', location.href).href;
  const step = await load(runtime, new Uint8Array(content));
  const reader = await readers[facts.task](step, facts);
  const first = await step.read(reader.token(0), step.initialState());
  return {step, reader, firstMs: first.ms};
}

// What reads text, by what the model is for.
const readers = {
  predict: async (step, facts) => {
    const {Typist} = await import('./typist.js');
    return new Typist(step, facts);
  },
  tag: async (step, facts) => {
    const {Tagger} = await import('./tagger.js');
    const {length} = facts.tagging.directions;
    const names = SIGNATURES.slice(0, length);
    return new Tagger(names.map((name) => step.of(name)), facts);
  },
};

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}
