/** Answers to the newest of many questions; those before it get none. */
export class Newest {
  /**
   * @param {function(*): Promise<*>} ask answers a question.
   * @param {function(*, *): void} onAnswer is called with an answer and its
   *     question, unless there is a newer one by then.
   */
  constructor(ask, onAnswer) {
    this.ask = ask;
    this.onAnswer = onAnswer;
    this.isBusy = false;
    this.next = null; // The newest question, while an older one is answered.
  }

  /** Asks a question; returns when no newer one is left. */
  async put(question) {
    this.next = question;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.next) {
        const asked = this.next;
        this.next = null;
        const answer = await this.ask(asked);
        if (!this.next) this.onAnswer(answer, asked);
      }
    } finally {
      this.isBusy = false;
    }
  }
}
