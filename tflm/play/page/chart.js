/** A histogram of times, with its median and 95th percentile. */

import {histogram, percentile, sorted} from './statistics.js';

const BARS = 32;
const SVG = 'http://www.w3.org/2000/svg';

/** Draws the times of a figure anew whenever some are added. */
export class Chart {
  /** @param {Element} figure has a caption and is filled below it. */
  constructor(figure) {
    this.times = [];
    this.title = figure.querySelector('figcaption').textContent;
    this.numbers = document.createElement('p');
    this.picture = draw('svg', {
      viewBox: '0 0 100 100', preserveAspectRatio: 'none', role: 'img',
    });
    this.ends = document.createElement('p');
    this.ends.className = 'ends';
    this.ends.setAttribute('aria-hidden', 'true');
    figure.append(this.numbers, this.picture, this.ends);
    this.show();
  }

  /** @param {number[]} times more of them, in milliseconds. */
  add(times) {
    if (!times.length) return;
    this.times.push(...times);
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.show();
    });
  }

  show() {
    if (!this.times.length) {
      this.say('No times yet');
      this.picture.replaceChildren(line(0, 'axis', 100));
      return;
    }
    const ordered = sorted(this.times);
    const [p50, p95] = [50, 95].map((p) => percentile(ordered, p));
    this.say(`p50 <${p50.toFixed(2)}> p95 <${p95.toFixed(2)}> ms ` +
        `of ${ordered.length.toLocaleString('en')}`);
    const {from, to, counts} = histogram(ordered, BARS);
    const most = Math.max(...counts);
    const bars = counts.map((count, place) => draw('rect', {
      x: (place * 100) / BARS, width: 80 / BARS,
      y: 100 - (count * 100) / most, height: (count * 100) / most,
    }));
    const at = (ms) => Math.min(100, ((ms - from) / (to - from)) * 100);
    this.picture.replaceChildren(
        ...bars, line(0, 'axis', 100), line(at(p50), 'p50'),
        line(at(p95), 'p95'));
    const ends = [`${from.toFixed(2)} ms`, `${to.toFixed(2)} ms or more`];
    this.ends.replaceChildren(...ends.map((text) => {
      const end = document.createElement('span');
      end.textContent = text;
      return end;
    }));
  }

  /** Says the numbers, those in <> in bold, to eyes and to a reader. */
  say(text) {
    this.numbers.replaceChildren(...text.split(/[<>]/).map((part, place) => {
      if (place % 2 === 0) return part;
      const bold = document.createElement('b');
      bold.textContent = part;
      return bold;
    }));
    this.picture.setAttribute(
        'aria-label', `${this.title}: ${text.replace(/[<>]/g, '')}`);
  }
}

function line(x, kind, across = 0) {
  const y1 = across ? 100 : 0;
  return draw('line', {x1: x, x2: x + across, y1, y2: 100, class: kind});
}

function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}
