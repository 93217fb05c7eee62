/**
 * Read as text by oracle.py: one function, run in the page of an article.
 *
 * Makes each selection that is drawn, or takes the one that is there; says which characters
 * the browser holds selected, asked of it one by one; lets the page's own script capture the
 * selection, and sends that to the server as the page would.
 *
 * Nothing here is shared with lib/selection.js: no node is asked whether it intersects, no
 * container is compared, no offset is counted but a character's own.
 */
async ({ draws, post }) => {
  const { captured } = await import("/static/js/lib/selection.js");
  const article = document.querySelector("article");
  const { slug, revision } = article.dataset;
  const selection = getSelection();
  const within = (root, what) => {
    const nodes = document.createTreeWalker(root, what);
    const all = [];
    while (nodes.nextNode()) all.push(nodes.currentNode);
    return all;
  };

  // Every character of the article's blocks: where it stands in the page and in its block.
  const blocks = [...article.querySelectorAll("[data-start]")].map((block) => {
    const characters = [];
    for (const node of within(block, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)) {
      if (node.parentElement.closest("[data-skip]")) continue;
      if (node.nodeName === "BR") {
        const at = [...node.parentNode.childNodes].indexOf(node);
        characters.push(["\n", node.parentNode, at]);
      }
      if (node.nodeType === Node.TEXT_NODE)
        for (let at = 0; at < node.length; at++) characters.push([node.data[at], node, at]);
    }
    return { start: Number(block.dataset.start), block, characters };
  });

  // Per block: where it starts, the first and the last unit selected, and the words between.
  const held = () => {
    const ranges = [...Array(selection.rangeCount).keys()].map((n) => selection.getRangeAt(n));
    const inside = ([, node, at]) =>
      ranges.some((range) => !range.comparePoint(node, at) && !range.comparePoint(node, at + 1));
    const found = [];
    for (const { start, block, characters } of blocks) {
      const end = block.childNodes.length;
      if (ranges.every((r) => r.comparePoint(block, end) < 0 || r.comparePoint(block, 0) > 0)) continue;
      const chosen = characters.map(inside);
      const from = chosen.indexOf(true);
      const to = chosen.lastIndexOf(true) + 1;
      // As numbers: half of a pair would not survive the way out of the browser.
      const units = characters.filter((_, n) => chosen[n]).map(([unit]) => unit.charCodeAt(0));
      if (from >= 0) found.push({ start, from, to, units });
    }
    return found;
  };

  const texts = within(article, NodeFilter.SHOW_TEXT);
  const everywhere = within(document.body, NodeFilter.SHOW_TEXT);
  const elements = within(document.querySelector("main"), NodeFilter.SHOW_ELEMENT);
  const unit = (nodes, at) => {
    let left = Math.floor(at * nodes.reduce((sum, node) => sum + node.length, 0));
    for (const node of nodes) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
  };
  const child = (at) => {
    const place = at * elements.length;
    const element = elements[Math.floor(place)];
    return [element, Math.floor((place % 1) * (element.childNodes.length + 1))];
  };
  const make = ({ how, from, to, step, times }) => {
    if (how === "nodes") selection.setBaseAndExtent(...child(from), ...child(to));
    if (how === "mixed") selection.setBaseAndExtent(...unit(texts, from), ...child(to));
    if (how === "words") selection.setBaseAndExtent(...unit(texts, from), ...unit(texts, to));
    if (how === "page") selection.setBaseAndExtent(...unit(everywhere, from), ...unit(everywhere, to));
    if (how === "keys") {
      selection.collapse(...unit(texts, from));
      for (let n = 0; n < times; n++) selection.modify("extend", to < 0.5 ? "backward" : "forward", step);
    }
  };

  const found = [];
  for (const draw of draws) {
    make(draw);
    const capture = captured(article, selection);
    const answer = { held: held(), capture };
    if (capture && post) {
      const response = await fetch(`/articles/${slug}/corrections`, {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json" },
        body: JSON.stringify({ revision: Number(revision), ...capture, replacement: draw.says }),
      });
      Object.assign(answer, { status: response.status, said: await response.json() });
    }
    found.push(answer);
  }
  return found;
}
