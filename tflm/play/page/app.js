/** The page: keys and suggestions to the field, times to the charts. */

import {show} from './card.js';
import {Chart} from './chart.js';
import {Field} from './field.js';
import {Keyboard} from './keyboard.js';
import {isRightToLeft} from './layouts.js';
import {MeasureButtons} from './measure_buttons.js';
import {call, facts} from './model.js';
import {say, saying} from './status.js';
import {SuggestionBar} from './suggestion_bar.js';

const element = (id) => document.getElementById(id);
const steps = new Chart(element('steps'));
const keys = new Chart(element('keys'));
const field = new Field(element('text'));
const buttons = new MeasureButtons(steps, keys);

const bar = new SuggestionBar(
    element('suggestion-bar'), (text) => call('suggest', text), {
      onChoose: (word, place, time) => {
        field.choose(word, place);
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
// Keys move the cursor, too, and are timed: what they asked for is not asked
// for again.
document.addEventListener('selectionchange', () => {
  if (field.before !== bar.asked) refresh();
});
saying(start)();

/** Shows the suggestions for the text, typed at a time or not by a key. */
function refresh(time) {
  saying(() => bar.refresh(field.before, time))();
}

async function start() {
  show(await facts);
  setLanguage((await facts).language);
  const {initMs} = await call('load');
  say(`Loaded in ${Math.round(initMs)} ms`);
  buttons.enable();
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
