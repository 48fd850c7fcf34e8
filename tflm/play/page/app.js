/** The page: keys and suggestions to the field, times to the charts. */

import {show} from './card.js';
import {Chart} from './chart.js';
import {Field} from './field.js';
import {Keyboard} from './keyboard.js';
import {isRightToLeft} from './layouts.js';
import {measurement} from './measurement.js';
import {call} from './model.js';
import {SuggestionBar} from './suggestion_bar.js';

const RUNS = 500;

const element = (id) => document.getElementById(id);
const status = element('status');
const steps = new Chart(element('steps'));
const keys = new Chart(element('keys'));
const field = new Field(element('text'));
const facts = fetch('model.json').then((response) => response.json());
let steady = null;

const bar = new SuggestionBar(
    element('suggestion-bar'), (text) => call('suggest', text), {
      onChoose: (word, before, joint, time) => {
        field.choose(word, before, joint);
        refresh(time);
      },
      onShown: ({stepsMs}, time) => {
        steps.add(stepsMs);
        if (time !== undefined) keys.add([performance.now() - time]);
      },
    });

const keyboard = new Keyboard(element('keyboard'), (key, time) => {
  field.press(key);
  refresh(time);
});
field.element.addEventListener(
    'input', (event) => refresh(event.timeStamp));
element('measure').addEventListener('click', saying(measure));
element('save').addEventListener('click', saying(save));
saying(start)();

/** Shows the suggestions for the text, typed at a time or not by a key. */
function refresh(time) {
  saying(() => bar.refresh(field.before, time))();
}

async function start() {
  show(await facts);
  setLanguage((await facts).language);
  const {initMs} = await call('load');
  status.textContent = `Loaded in ${Math.round(initMs)} ms`;
  element('measure').disabled = false;
  // A field that was typed into meanwhile has its answer already.
  if (!field.before) await bar.refresh('');
}

/** Shows the keys of a language, and its text in its direction. */
function setLanguage(language) {
  keyboard.setLanguage(language);
  for (const shown of [field.element, element('suggestion-bar')]) {
    shown.lang = language;
    shown.dir = isRightToLeft(language) ? 'rtl' : 'ltr';
  }
}

async function measure() {
  element('measure').disabled = true;
  status.textContent = 'Measuring…';
  try {
    steady = await call('measure', RUNS);
  } finally {
    element('measure').disabled = false;
  }
  steps.add(steady.invokeMs);
  status.textContent = `Measured ${RUNS} steps`;
  element('save').disabled = false;
}

/** Lets the browser save the measurement. */
async function save() {
  const found = measurement(await facts, steady, keys.times);
  const json = JSON.stringify(found, null, 1);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(
      new Blob([`${json}\n`], {type: 'application/json'}));
  link.download = 'tflm-play.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  status.textContent = `Saved ${link.download}`;
}

/** Returns a function that says in the page why it failed. */
function saying(work) {
  return async () => {
    try {
      await work();
    } catch (error) {
      status.textContent = `Failed: ${error.message}`;
    }
  };
}
