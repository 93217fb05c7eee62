// @ts-check
/** UTF-16 units, in which browsers count, and code points, in which articles are counted. */

export const SEPARATOR = "\n\n";
const BLANKS = " \n\t\f\v\r"; // not the no-break space, which may be what is wrong
const clusters = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many code points stand before a UTF-16 unit; half a pair counts as one.
 * @param {string} text @param {number} unit */
export function toPoints(text, unit) {
  let points = 0;
  for (const _ of text.slice(0, unit)) points++;
  return points;
}

/** A range of UTF-16 units without blanks at its ends and with no grapheme cluster
 * (UAX #29) cut in two; null where nothing is left. The server cuts alike.
 * @param {string} text @param {number} from @param {number} to
 * @returns {[number, number] | null} */
export function cut(text, from, to) {
  if (from < 0 || to > text.length) return null;
  while (from < to && BLANKS.includes(text[from])) from++;
  while (from < to && BLANKS.includes(text[to - 1])) to--;
  if (from >= to) return null;
  if (clusters) {
    const all = clusters.segment(text);
    const first = all.containing(from);
    const last = all.containing(to);
    if (first) from = first.index;
    if (last && last.index < to) to = last.index + last.segment.length;
  }
  return [from, to];
}

/** The words in a range of UTF-16 units, with their place in code points; `base` is where
 * the text itself begins.
 * @param {string} text @param {number} from @param {number} to @param {number} [base] */
export function selected(text, from, to, base = 0) {
  const range = cut(text, from, to);
  if (!range) return null;
  const exact = text.slice(...range);
  const start = base + toPoints(text, range[0]);
  return { start, end: start + toPoints(exact, exact.length), exact };
}
