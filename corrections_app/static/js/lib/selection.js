// @ts-check
/**
 * What the reader has selected, as a place in the article's canonical text.
 *
 * Counted node by node inside the text blocks: the browser's own selected text has
 * advertisements and transformed letters in it. It counts in UTF-16 units, articles in code points.
 */

export const SEPARATOR = "\n\n";
const BLANKS = " \n\t\f\v\r"; // not the no-break space, which may be what is wrong
/** @type {any} */
const clusters = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** @typedef {{start: number, end: number, exact: string}} Capture in code points */

/** The selected words of the article; null where none of its text is selected.
 * @param {ParentNode & Node} article @param {Selection} selection @returns {Capture | null} */
export function captured(article, selection) {
  const range = hull(selection);
  if (!range?.intersectsNode(article)) return null;
  let text = "";
  let base = 0;
  let from = 0;
  let to = 0;
  for (const block of /** @type {any} */ (article.querySelectorAll("[data-start]"))) {
    if (!range.intersectsNode(block)) continue;
    const part = within(block, range);
    if (part.from >= part.to) continue; // touched, as by a triple click, but nothing chosen
    if (text) text += SEPARATOR;
    else [base, from] = [+block.dataset.start, part.from];
    to = text.length + part.to;
    text += part.text;
  }
  return selected(text, from, to, base);
}

/** One range around all that is selected: Firefox makes several.
 * @param {Selection} selection */
export function hull(selection) {
  if (selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const last = selection.getRangeAt(selection.rangeCount - 1);
  range.setEnd(last.endContainer, last.endOffset);
  return range;
}

/** A block's canonical text, and how much of it the range holds, in units.
 * @param {Node} block @param {Range} range */
export function within(block, range) {
  let text = "";
  let from = Infinity;
  let to = 0;
  const nodes = document.createTreeWalker(block, 5 /* elements and text */, (/** @type {any} */ node) =>
    node.dataset?.skip == null ? 1 : 2 /* with all inside */,
  );
  while (nodes.nextNode()) {
    const node = /** @type {any} */ (nodes.currentNode);
    const words = node.data ?? (node.nodeName === "BR" ? "\n" : "");
    if (words && range.intersectsNode(node)) {
      const low = node === range.startContainer ? range.startOffset : 0;
      const high = node === range.endContainer ? range.endOffset : words.length;
      if (low < high) {
        from = Math.min(from, text.length + low);
        to = text.length + high;
      }
    }
    text += words;
  }
  return { text, from, to };
}

/** How many code points stand before a unit; half a pair counts as one.
 * @param {string} text @param {number} unit */
export const toPoints = (text, unit) => [...text.slice(0, unit)].length;

/** A range of units without blanks at its ends and with no grapheme cluster (UAX #29)
 * cut in two; null where nothing is left. The server cuts alike.
 * @param {string} text @param {number} from @param {number} to */
export function cut(text, from, to) {
  if (from < 0 || to > text.length) return null;
  while (from < to && BLANKS.includes(text[from])) from++;
  while (from < to && BLANKS.includes(text[to - 1])) to--;
  if (from >= to) return null;
  if (clusters) {
    const all = clusters.segment(text);
    const { index, segment } = all.containing(to - 1);
    [from, to] = [all.containing(from).index, index + segment.length];
  }
  return [from, to];
}

/** The words in a range of units, in a text that itself begins at `base`.
 * @param {string} text @param {number} from @param {number} to @returns {Capture | null} */
export function selected(text, from, to, base = 0) {
  const range = cut(text, from, to);
  if (!range) return null;
  const exact = text.slice(...range);
  const start = base + toPoints(text, range[0]);
  return { start, end: start + [...exact].length, exact };
}
