/** What was found in a text, in words. */

/** A list that says what is new in it, and leaves alone what is not. */
export class FoundList {
  /**
   * @param {Element} list
   * @param {Map<string, number>} hues of the kinds.
   */
  constructor(list, hues) {
    this.list = list;
    this.hues = hues;
  }

  /** @param {Array<{kind: string, text: string}>} found in order. */
  show(found) {
    const items = [...this.list.children];
    found.forEach(({kind, text}, place) => {
      const item = items[place];
      if (item?.dataset.kind === kind && item.firstChild.textContent === text) {
        return;
      }
      const made = this.item(kind, text);
      if (item) item.replaceWith(made);
      else this.list.append(made);
    });
    items.slice(found.length).forEach((item) => item.remove());
  }

  item(kind, text) {
    const item = document.createElement('li');
    item.dataset.kind = kind;
    item.style.setProperty('--hue', this.hues.get(kind));
    for (const [name, content] of Object.entries({text, kind})) {
      const part = document.createElement('span');
      part.className = name;
      part.dir = 'auto';
      part.textContent = content;
      item.append(part, ' ');
    }
    return item;
  }
}
