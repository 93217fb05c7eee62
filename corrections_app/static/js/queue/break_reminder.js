// @ts-check
/** How fast somebody decides: after half an hour of haste, a gentle word. No page here. */

const LONG = 30 * 60_000; // milliseconds at work after which haste is worth a word
const HASTE = 1_500; // milliseconds from one decision to the next, the median of the last ones
const BREAK = 5 * 60_000; // after a pause of so long somebody begins anew
const LAST = 100;

export class BreakReminder {
  /** @type {number[]} When the last decisions were made, in milliseconds. */
  times = [];
  begun = 0;

  /** Notes a decision. Whether a word is due: then the half hour begins anew.
   * @param {number} now milliseconds */
  note(now) {
    const last = this.times.at(-1);
    if (last === undefined || now - last > BREAK) {
      this.times = [];
      this.begun = now;
    }
    this.times = [...this.times.slice(-LAST), now];
    if (now - this.begun <= LONG || this.#median() >= HASTE) return false;
    this.begun = now;
    return true;
  }

  #median() {
    const waits = this.times.slice(1).map((time, index) => time - this.times[index]);
    return waits.sort((one, other) => one - other)[Math.floor(waits.length / 2)] ?? Infinity;
  }
}
