/**
 * Runs the model beside the page, so that it never holds up typing.
 *
 * A classic worker: the runtime loads its script with importScripts, which a
 * module has not.
 */

const WARM_UP = 50;
const BETWEEN_PAUSES = 20; // Steps, after which typed text has its turn.

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
  suggest: ({typist}, text) => typist.suggest(text),

  /** Measures steady steps with words that are none in a row. */
  measure: async ({step, facts, firstMs}, runs) => {
    let state = step.initialState();
    const measured = {invokeMs: [], stepMs: []};
    for (let run = 0; run < WARM_UP + runs; run++) {
      const token = (run * 7919) % facts.words.length;
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
  const [{load}, {Typist}] =
      await Promise.all([import('./step.js'), import('./typist.js')]);
  const [facts, content] = await Promise.all([
    fetch('model.json').then((response) => response.json()),
    fetch('model.tflite').then((response) => response.arrayBuffer()),
  ]);
  const runtime = new URL('runtime/', location.href).href;
  const step = await load(runtime, new Uint8Array(content));
  const first = await step.read(facts.start[0] ?? 0, step.initialState());
  const typist = new Typist(step, facts);
  return {step, typist, facts, firstMs: first.ms};
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}
