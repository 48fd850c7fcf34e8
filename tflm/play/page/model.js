/** The model behind the page: facts, and calls to the worker that runs it. */

/** What is known of it, once it is there. */
export const facts = fetch('model.json').then((response) => response.json());

const worker = new Worker('worker.js');
const waiting = new Map();
let count = 0;

worker.addEventListener('message', ({data: {id, result, error}}) => {
  const {resolve, reject} = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) resolve(result);
  else reject(new Error(error));
});

worker.addEventListener('error', ({message}) => {
  waiting.forEach(({reject}) => reject(new Error(message)));
  waiting.clear();
});

/**
 * Calls a method of the worker.
 *
 * @param {string} method `load`, `suggest`, `tag` or `measure`.
 * @param {*} argument what it takes.
 * @return {Promise<*>} what it returns.
 */
export function call(method, argument) {
  return new Promise((resolve, reject) => {
    waiting.set(++count, {resolve, reject});
    worker.postMessage({id: count, method, argument});
  });
}
