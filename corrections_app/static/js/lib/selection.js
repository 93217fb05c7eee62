// @ts-check
/**
 * What the reader has selected, as a place in the article's canonical text.
 *
 * Counted node by node inside the text blocks. selection.toString() and
 * range.toString() are never asked: they hold advertisements, hidden helps and
 * transformed letters, and browsers differ about which.
 */
import { SEPARATOR, selected } from "./offsets.js";

/** @typedef {{start: number, end: number, exact: string}} Capture */

/** The selected words of the article; null where none of its text is selected.
 * @param {HTMLElement} article @param {Selection | null} selection @returns {Capture | null} */
export function captured(article, selection) {
  const range = selection && hull(selection);
  if (!range || !range.intersectsNode(article)) return null;
  let text = "";
  let base = 0;
  let from = 0;
  let to = 0;
  for (const block of article.querySelectorAll("[data-start]")) {
    if (!range.intersectsNode(block)) continue;
    const part = within(block, range);
    if (part.from >= part.to) continue; // touched, as by a triple click, but nothing of it chosen
    if (text) text += SEPARATOR;
    else [base, from] = [Number(/** @type {HTMLElement} */ (block).dataset.start), part.from];
    to = text.length + part.to;
    text += part.text;
  }
  return selected(text, from, to, base);
}

/** One range around all that is selected: Firefox makes several.
 * @param {Selection} selection */
export function hull(selection) {
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const last = selection.getRangeAt(selection.rangeCount - 1);
  if (last.compareBoundaryPoints(Range.END_TO_END, range) > 0) {
    range.setEnd(last.endContainer, last.endOffset);
  }
  return range;
}

/** A block's canonical text, and how much of it the range holds, in UTF-16 units.
 * @param {Node} block @param {Range} range */
function within(block, range) {
  let text = "";
  let from = Infinity;
  let to = 0;
  const nodes = document.createTreeWalker(block, 5 /* elements and text */, (node) =>
    node instanceof HTMLElement && "skip" in node.dataset ? 2 /* with all inside */ : 1,
  );
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const words = node instanceof Text ? node.data : node.nodeName === "BR" ? "\n" : "";
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
