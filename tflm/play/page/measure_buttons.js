/** The buttons that measure the model, and save what was measured. */

import {measurement} from './measurement.js';
import {call, facts} from './model.js';
import {say, saying} from './status.js';

const RUNS = 500;

/** Two buttons of the page, of no use until the model is there. */
export class MeasureButtons {
  /**
   * @param {Chart} steps gets the times of the steps.
   * @param {Chart} keys has those of the keystrokes.
   */
  constructor(steps, keys) {
    this.steps = steps;
    this.keys = keys;
    this.steady = null;
    this.measureButton = document.getElementById('measure');
    this.saveButton = document.getElementById('save');
    this.measureButton.addEventListener('click', saying(() => this.measure()));
    this.saveButton.addEventListener('click', saying(() => this.save()));
  }

  /** Says that the model is there. */
  enable() {
    this.measureButton.disabled = false;
  }

  async measure() {
    this.measureButton.disabled = true;
    say('Measuring…');
    try {
      this.steady = await call('measure', RUNS);
    } finally {
      this.measureButton.disabled = false;
    }
    this.steps.add(this.steady.invokeMs);
    say(`Measured ${RUNS} steps`);
    this.saveButton.disabled = false;
  }

  /** Lets the browser save the measurement. */
  async save() {
    const found = measurement(await facts, this.steady, this.keys.times);
    const json = JSON.stringify(found, null, 1);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
        new Blob([`${json}\n`], {type: 'application/json'}));
    link.download = 'tflm-play.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`Saved ${link.download}`);
  }
}
