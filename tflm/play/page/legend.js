/** All kinds that a tagger tells apart, each beside its colour. */

/** A list of kinds, in which those of a text stand out. */
export class Legend {
  /**
   * @param {Element} list
   * @param {Map<string, number>} hues of the kinds.
   */
  constructor(list, hues) {
    this.items = new Map([...hues].map(([kind, hue]) => {
      const item = document.createElement('li');
      item.style.setProperty('--hue', hue);
      item.textContent = kind;
      return [kind, item];
    }));
    list.replaceChildren(...this.items.values());
  }

  /** @param {Iterable<string>} kinds that are in the text. */
  show(kinds) {
    const here = new Set(kinds);
    this.items.forEach((item, kind) =>
      item.classList.toggle('here', here.has(kind)));
  }
}
