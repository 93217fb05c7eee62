/** What is selected, as a place in the article's text: counted in its blocks, for the browser's own
 * words have advertisements in them. Units are UTF-16, places are code points. */

export const SEPARATOR = "\n\n";
const BLANKS = " \n\t\f\v\r"; // a no-break space may be what is wrong
/** @type {any} */
const clusters = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function captured(article, selection) {
  const range = hull(selection);
  if (!range?.intersectsNode(article)) return null;
  let [text, base, from, to] = ["", 0, 0, 0];
  for (const block of article.querySelectorAll("[data-start]")) {
    if (!range.intersectsNode(block)) continue;
    const part = within(block, range);
    if (part.from >= part.to) continue; // only touched, as by a triple click
    if (text) text += SEPARATOR;
    else [base, from] = [+block.dataset.start, part.from];
    to = text.length + part.to;
    text += part.text;
  }
  return selected(text, from, to, base);
}

/** One range around all that is selected: Firefox makes several. */
export function hull(selection) {
  if (selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const last = selection.getRangeAt(selection.rangeCount - 1);
  range.setEnd(last.endContainer, last.endOffset);
  return range;
}

/** A block's text, and the units of it in a range. */
export function within(block, range) {
  let [text, from, to] = ["", Infinity, 0];
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

/** Half a pair counts as a code point. */
export const toPoints = (text, unit) => [...text.slice(0, unit)].length;

/** No blanks at the ends, no cluster (UAX #29) cut in two. The server cuts alike. */
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

/** The words in some units of a text that begins at `base`. */
export function selected(text, from, to, base = 0) {
  const range = cut(text, from, to);
  if (!range) return null;
  const exact = text.slice(...range);
  const start = base + toPoints(text, range[0]);
  return { start, end: start + [...exact].length, exact };
}
