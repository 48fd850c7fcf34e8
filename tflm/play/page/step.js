/** One step of a model: the .tflite file, run by LiteRT in WebAssembly. */

/**
 * Loads a file with our step: `token` int32 [W] and `state` float32 [1, S] in,
 * `logits` float32 [1, V] and `state` out. W is 1 for a language model.
 *
 * @param {string} runtime URL of the folder of @litertjs/core.
 * @param {Uint8Array} content the file.
 * @return {Promise<Step>}
 */
export async function load(runtime, content) {
  const liteRt = await import(`${runtime}dist/index.js`);
  // In a worker it would look for the .wasm file beside the worker.
  self.Module = {locateFile: (name) => `${runtime}wasm/${name}`};
  await liteRt.loadLiteRt(`${runtime}wasm/`);
  const start = performance.now();
  const compiled = await liteRt.loadAndCompile(content, {accelerator: 'wasm'});
  return new Step(liteRt.Tensor, compiled, performance.now() - start);
}

/** A loaded file, and which of its steps to take. */
export class Step {
  /**
   * @param {Function} Tensor the runtime's class of tensors.
   * @param {object} compiled the runtime's model.
   * @param {number} initMs milliseconds that loading took.
   * @param {string} signature of the step.
   */
  constructor(Tensor, compiled, initMs, signature = 'step') {
    this.Tensor = Tensor;
    this.compiled = compiled;
    this.initMs = initMs;
    this.signature = signature;
    const inputs = compiled.signatures[signature].getInputDetails();
    this.stateShape = inputs.find(({name}) => name === 'state').shape;
  }

  /** Returns another step of the same file. */
  of(signature) {
    return new Step(this.Tensor, this.compiled, this.initMs, signature);
  }

  /** Returns the state before the first word, float32 [S]. */
  initialState() {
    return new Float32Array(this.stateShape.at(-1));
  }

  /**
   * Reads one word.
   *
   * @param {number|number[]} token its id, or all that a tagger reads of it.
   * @param {Float32Array} state as the step before left it, float32 [S].
   * @return {Promise<{logits: Float32Array, state: Float32Array, ms: number}>}
   *     `ms` is the time in the runtime alone.
   */
  async read(token, state) {
    const ids = Int32Array.from([token].flat());
    const inputs = {
      token: new this.Tensor(ids, [ids.length]),
      state: new this.Tensor(state, this.stateShape),
    };
    const start = performance.now();
    const outputs = await this.compiled.run(this.signature, inputs);
    const ms = performance.now() - start;
    const logits = outputs.logits.toTypedArray().slice();
    const next = outputs.state.toTypedArray().slice();
    // The runtime's memory has no garbage collection.
    for (const tensors of [inputs, outputs]) {
      Object.values(tensors).forEach((tensor) => tensor.delete());
    }
    return {logits, state: next, ms};
  }
}
