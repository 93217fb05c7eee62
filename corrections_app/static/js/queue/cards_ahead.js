// @ts-check
/** The cards of one page: the one shown, those that come, those that were passed. No page here. */

/** @template {{id: number}} Card */
export class CardsAhead {
  /** @type {Card | null} */
  current = null;
  /** @type {Card[]} The next one first. */
  ahead = [];
  /** @type {Card[]} The last one passed comes last. */
  behind = [];

  /** The current card is done with: the next one, if it is here already. @returns {Card | null} */
  take() {
    this.current = this.ahead.shift() ?? null;
    return this.current;
  }

  /** On to the next one, keeping this one; null where none is here. @returns {Card | null} */
  forward() {
    if (!this.ahead.length) return null;
    if (this.current) this.behind.push(this.current);
    return this.take();
  }

  /** Back to the one before; null where there is none. @returns {Card | null} */
  back() {
    const card = this.behind.pop();
    if (!card) return null;
    if (this.current) this.ahead.unshift(this.current);
    this.current = card;
    return card;
  }

  /** Put a card before everything else, and what was shown behind it. @param {Card} card */
  front(card) {
    this.drop(card.id);
    if (this.current) this.ahead.unshift(this.current);
    this.current = card;
  }

  /** To a card that was chosen: what comes is what comes after it, and what was here lies behind.
   * @param {Card} card */
  jump(card) {
    this.drop(card.id);
    this.behind.push(...this.ahead, ...(this.current ? [this.current] : []));
    this.ahead = [];
    this.current = card;
  }

  /** Let a card be the next one. @param {Card} card */
  next(card) {
    this.ahead = [card, ...this.ahead.filter(({ id }) => id !== card.id)];
    this.behind = this.behind.filter(({ id }) => id !== card.id);
  }

  /** A card that the server hands out is the last to come; one that was passed comes again, as it
   * was left. @param {Card} card */
  append(card) {
    const passed = this.behind.find(({ id }) => id === card.id);
    this.behind = this.behind.filter((one) => one !== passed);
    this.ahead.push(passed ?? card);
  }

  /** Whether a card is shown or comes. @param {number} id */
  holds(id) {
    return this.current?.id === id || this.ahead.some((card) => card.id === id);
  }

  /** Forget a card, wherever it is. @param {number} id */
  drop(id) {
    this.ahead = this.ahead.filter((card) => card.id !== id);
    this.behind = this.behind.filter((card) => card.id !== id);
    if (this.current?.id === id) this.current = null;
  }

  /** All of them, the one shown first. @returns {Card[]} */
  all() {
    return [...(this.current ? [this.current] : []), ...this.ahead, ...this.behind];
  }
}
