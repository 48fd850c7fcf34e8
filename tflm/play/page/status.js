/** The page's line that says what was done, or why it was not. */

const status = document.getElementById('status');

/** Says it. */
export function say(text) {
  status.textContent = text;
}

/** Returns a function that does the work, and says why it failed. */
export function saying(work) {
  return async (...given) => {
    try {
      await work(...given);
    } catch (error) {
      say(`Failed: ${error.message}`);
    }
  };
}
