/** The page of a tagger: labels to the text, times to the charts. */

import {show} from './card.js';
import {Chart} from './chart.js';
import {ColouredText} from './coloured_text.js';
import {example} from './examples.js';
import {FoundList} from './found_list.js';
import {Legend} from './legend.js';
import {MeasureButtons} from './measure_buttons.js';
import {call, facts} from './model.js';
import {Newest} from './newest.js';
import {hues} from './palette.js';
import {say, saying} from './status.js';

const element = (id) => document.getElementById(id);
const sentences = new Chart(element('sentences'));
const steps = new Chart(element('steps'));
const keys = new Chart(element('keys'));
const field = element('text');
const buttons = new MeasureButtons(steps, keys);

saying(start)();

async function start() {
  const known = await facts;
  const colours = hues(known.tagging);
  show(known);
  const coloured = new ColouredText(field, element('colours'), colours);
  const list = new FoundList(element('found'), colours);
  const legend = new Legend(element('kinds'), colours);
  const newest = new Newest(
      ({text}) => call('tag', text), ({found, sentencesMs}, {text, time}) => {
        coloured.show(found);
        list.show(found.map(({kind, start, end}) =>
          ({kind, text: text.slice(start, end)})));
        legend.show(found.map(({kind}) => kind));
        steps.add(sentencesMs.flat());
        sentences.add(sentencesMs.map(sum));
        if (time !== undefined) keys.add([performance.now() - time]);
      });
  const refresh = saying((time) => newest.put({text: field.value, time}));
  field.addEventListener('input', (event) => {
    coloured.follow();
    refresh(event.timeStamp);
  });
  // A field that was typed into meanwhile keeps its text.
  field.value ||= example(colours.keys(), known.words);
  coloured.follow();
  const {initMs} = await call('load');
  say(`Loaded in ${Math.round(initMs)} ms`);
  buttons.enable();
  await refresh();
}

function sum(times) {
  return times.reduce((all, ms) => all + ms, 0);
}
