/** What changed between two short texts, in whole words. */

const words = (text) => text.match(/[\p{L}\p{M}\p{N}_’']+|\s+|[^]/gu) ?? [];

/** The words before the change, those that went, those that came, those after. */
export function difference(old, now) {
  const [a, b] = [words(old), words(now)];
  const most = Math.min(a.length, b.length);
  let head = 0;
  let tail = 0;
  while (head < most && a[head] === b[head]) head++;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [before, , after] = [a.splice(0, head), b.splice(0, head), a.splice(a.length - tail)];
  b.length -= tail;
  return [before, a, b, after].map((part) => part.join(""));
}
