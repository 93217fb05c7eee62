// @ts-check
/** What changed between two short texts, in whole words. */

/** @param {string} text */
const words = (text) => text.match(/[\p{L}\p{M}\p{N}_’']+|\s+|[^]/gu) ?? [];

/** The words before the first change, those that went, those that came, and those after.
 * @param {string} old @param {string} now @returns {[string, string, string, string]} */
export function difference(old, now) {
  const [a, b] = [words(old), words(now)];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [
    a.slice(0, head).join(""),
    a.slice(head, a.length - tail).join(""),
    b.slice(head, b.length - tail).join(""),
    a.slice(a.length - tail).join(""),
  ];
}
