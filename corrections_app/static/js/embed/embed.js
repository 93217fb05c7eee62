// @ts-check
// Reader Corrections on a newsroom's own page. It keeps nothing, names nothing and asks nothing of
// any server until a reader wants to correct something. docs/adopt.md says what a page may set.
(() => {
  const me = /** @type {HTMLScriptElement} */ (document.currentScript ?? document.querySelector("script[data-corrections]"));
  const set = me.dataset;
  const api = new URL((set.corrections || new URL(".", me.src).href).replace(/\/?$/, "/"), location.href);
  const mark = Symbol.for("reader-corrections");
  if (document[mark]) return;
  document[mark] = true;

  const TITLES = set.title || "h1";
  const ROOTS = set.content || "[itemprop=articleBody],.entry-content,.wp-block-post-content,.gh-content,.post-content,.article-body,article,main";
  const BLOCK = /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|BODY|CAPTION|DD|DETAILS|DIV|DL|DT|FIGCAPTION|FIGURE|FOOTER|H[1-6]|HEADER|LI|MAIN|NAV|OL|P|PRE|SECTION|SUMMARY|TD|TH|UL)$/;
  // Struck words too: our copy of an article has none.
  const SKIP = /^(DEL|S|STRIKE|SCRIPT|STYLE|NOSCRIPT|TEMPLATE|SVG|BUTTON|SELECT|TEXTAREA|INPUT|IFRAME|VIDEO|AUDIO|OBJECT|CANVAS)$/i;
  const all = (/** @type {string} */ names) => [...document.querySelectorAll(names)];

  /** One range around all that is selected: Firefox makes several. */
  function hull() {
    const chosen = getSelection();
    if (!chosen?.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0).cloneRange();
    const last = chosen.getRangeAt(chosen.rangeCount - 1);
    range.setEnd(last.endContainer, last.endOffset);
    return range;
  }

  /** The innermost part of the article around a range, or the first that it touches. */
  function rootOf(range) {
    const met = [...all(TITLES), ...all(ROOTS)].filter((root) => range?.intersectsNode(root));
    return met.findLast((root) => root.contains(range.commonAncestorContainer)) ?? met[0];
  }

  /** The blocks of text as the page shows them, with how much of each is chosen; the server's
   * importer reads pages alike: blanks run together, a line break is one. */
  function blocksOf(root, range) {
    const blocks = [];
    let owner, inner, parent, isPre;
    /** @type {any} */
    let block;
    const nodes = document.createTreeWalker(root, 5, (/** @type {any} */ node) =>
      node.nodeType === 1 && (SKIP.test(node.nodeName) || node.hidden || node.checkVisibility?.({ visibilityProperty: true }) === false) ? 2 : 1,
    );
    while (nodes.nextNode()) {
      const node = /** @type {any} */ (nodes.currentNode);
      const isBreak = node.nodeName === "BR";
      // Where the browser has no font for them, WordPress makes pictures of emoji.
      const raw = isBreak ? "\n" : node.data ?? (/\b(emoji|wp-smiley)\b/.test(node.className) ? node.alt : "");
      if (!raw) continue;
      if (parent !== node.parentElement) {
        parent = node.parentElement;
        isPre = /^(pre|break)/.test(getComputedStyle(parent).whiteSpace);
        let up = parent;
        while (up !== root && !BLOCK.test(up.nodeName)) up = up.parentElement;
        // A cell of a table of data is one block, its paragraphs are lines.
        const cell = (up.closest("table")?.querySelector("th") && up.closest("td,th")) ?? up;
        if (cell !== owner) blocks.push((block = { text: "", from: -1, to: -1 }));
        else if (up !== inner && block.text) block.text = block.text.replace(/\s?$/, "\n");
        owner = cell;
        inner = up;
      }
      const isMet = range.intersectsNode(node);
      const low = isMet && node === range.startContainer ? range.startOffset : 0;
      const high = !isMet ? 0 : node === range.endContainer ? range.endOffset : raw.length;
      [raw.slice(0, low), raw.slice(low, high), raw.slice(high)].forEach((part, n) => {
        if (isBreak) block.text = block.text.replace(/ $/, "");
        else if (!isPre) part = part.replace(/[ \t\n\r\f]+/g, " ");
        if (/^$|\s$/.test(block.text) && !isPre) part = part.replace(/^[ \n]/, "");
        if (n === 1 && part) {
          if (block.from < 0) block.from = block.text.length;
          block.to = block.text.length + part.length;
        }
        block.text += isPre ? part.replace(/\n+/g, "\n") : part;
      });
    }
    for (const each of blocks) {
      each.text = each.text.trimEnd();
      each.to = Math.min(each.to, each.text.length);
    }
    return blocks.filter(({ text }) => text);
  }

  /** What the reader sees and has chosen, for the server to find in its own copy. */
  function sighting() {
    const page = {
      v: 1,
      url: /** @type {any} */ (document.querySelector("link[rel=canonical]"))?.href || location.href.split("#")[0],
      translated: !!document.querySelector("html.translated-ltr,html.translated-rtl,[_msttexthash]"),
    };
    const root = range && rootOf(range);
    const blocks = root ? blocksOf(root, range) : [];
    const first = blocks.findIndex(({ from, to }) => from < to);
    if (first < 0) return page;
    let last = first;
    while (blocks[last + 1]?.from < blocks[last + 1]?.to) last++;
    const joined = (from, to) => blocks.slice(Math.max(0, from), to).map((block) => block.text).join("\n\n");
    const text = joined(first, last + 1);
    // As long as the server reads it (limits.SEEN).
    if (text.length > 12000) return page;
    const end = text.length - blocks[last].text.length + blocks[last].to;
    const plain = ({ text }) => text.toLowerCase();
    const twins = blocks.filter((block) => plain(block) === plain(blocks[first]));
    // Places are counted in code points.
    return {
      ...page,
      text,
      start: [...text.slice(0, blocks[first].from)].length,
      end: [...text.slice(0, end)].length,
      before: joined(first - 30, first).slice(-500),
      after: joined(last + 1, last + 31).slice(0, 500),
      nth: twins.indexOf(blocks[first]),
      of: twins.length,
    };
  }

  // In a closed shadow tree, and styled without a style element: no rule of the page reaches it,
  // and no policy of the page forbids it.
  const words = { offer: set.offer || "Suggest a correction", close: set.close || "Close", tab: set.tab || "Open the form in a new tab" };
  const make = (tag, attributes, ...inside) => {
    const made = document.createElement(tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    made.append(...inside);
    return made;
  };
  const host = make("reader-corrections", {});
  const shadow = host.attachShadow({ mode: "closed" });
  const offer = make("button", { class: "offer" }, words.offer);
  const close = make("button", { class: "close", "aria-label": words.close }, "×");
  const away = make("a", { target: "_blank", rel: "noopener", hidden: "" }, words.tab);
  const dialog = make("dialog", { "aria-label": words.offer }, close, away);
  const css = `:host{all:initial!important;position:absolute!important;inset:0 auto auto 0!important;z-index:2147483000!important;color-scheme:light dark!important}
*{font:15px/1.4 system-ui,sans-serif;box-sizing:border-box}[hidden]{display:none!important}
.offer{position:absolute;white-space:nowrap;padding:.55em .9em;border:1px solid #8886;border-radius:9px;background:var(--corrections-accent,#123a5a);color:#fff;user-select:none;-webkit-user-select:none}
@media(pointer:coarse){.offer{position:fixed;inset:auto 0 16px!important;margin:auto;width:max-content;min-height:44px}}
dialog{padding:0;border:1px solid #8886;border-radius:12px;width:min(560px,100vw);height:min(640px,92dvh);max-width:100vw;overflow:hidden;background:Canvas}
dialog::backdrop{background:#0007}iframe{border:0;width:100%;height:100%;display:block}
.close{position:absolute;inset:6px 6px auto auto;width:40px;height:40px;border:0;border-radius:9px;background:none;color:CanvasText;font-size:24px}
a{display:inline-block;margin:3em;color:LinkText}dialog:has(a:not([hidden])){height:9em}
@media(max-width:600px){dialog{width:100vw;height:100dvh;max-height:100dvh;border:0;border-radius:0;margin:0}}`;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make("style", {}, css));
  }
  shadow.append(offer, dialog);

  /** The last good selection: a tap on the button may collapse it first. @type {Range | null} */
  let range = null;
  let seen, frame, timer, isHeld, isReady;

  /** Pages that change their own body take ours out of it, and a frame then begins anew. */
  function attach() {
    if (host.isConnected) return;
    dialog.close();
    document.body.append(host);
    isReady = false;
  }

  const isOpen = () => dialog.open && host.isConnected;

  function look() {
    if (isOpen() || isHeld) return;
    const chosen = hull();
    range = chosen && rootOf(chosen) && chosen.toString().trim() ? chosen : null;
    offer.hidden = !range;
    if (!range) return;
    attach();
    const box = [...range.getClientRects()].findLast(({ width }) => width) ?? range.getBoundingClientRect();
    const most = document.documentElement.clientWidth - offer.offsetWidth - 8;
    const end = getComputedStyle(offer).direction === "rtl" ? box.left + 24 - offer.offsetWidth : box.right - 24;
    offer.style.left = Math.max(8, Math.min(end, most)) + scrollX + "px";
    offer.style.top = box.bottom + 8 + scrollY + "px";
  }

  function open() {
    seen = sighting();
    attach();
    offer.hidden = true;
    const page = new URL("embed/form?url=" + encodeURIComponent(seen.url), api).href;
    // A frame of this very page is kept with all that was typed in it.
    const isKept = isReady && frame.src === page;
    if (!isKept) {
      isReady = false;
      away.hidden = true;
      frame?.remove();
      frame = make("iframe", { title: words.offer, src: page, referrerpolicy: "no-referrer" });
      frame.onload = () => setTimeout(failed, 1000);
      dialog.append(frame);
      setTimeout(failed, 9000);
    }
    dialog.showModal();
    if (isKept) tell();
  }

  function tell() {
    frame.focus();
    frame.contentWindow.postMessage({ corrections: "seen", seen }, api.origin);
  }

  /** The page's policy or ours forbids the frame, or it cannot be reached: a tab of its own can. */
  function failed() {
    if (isReady) return;
    // Behind the sign, what is seen goes to no server and into no log.
    away.href = frame.src + "#" + encodeURIComponent(JSON.stringify(seen));
    away.hidden = false;
    frame.hidden = true;
    away.focus();
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== api.origin || !frame || source !== frame.contentWindow) return;
    if (data?.corrections === "close") dialog.close();
    if (data?.corrections !== "ready") return;
    isReady = away.hidden = true;
    frame.hidden = false;
    tell();
  });
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
    if (isOpen() && blockedURI.startsWith(api.origin)) failed();
  });
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 100);
  });
  // On the window and first of all: pages that forbid copying swallow these keys.
  addEventListener(
    "keydown",
    (event) => {
      const { target, code, key, keyCode } = /** @type {any} */ (event);
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
      if (event.isComposing || keyCode === 229) return;
      if (!/Enter/.test(code + key) || isOpen()) return;
      if (target.closest?.("input,textarea,select,[contenteditable]")) return;
      range = hull() ?? range;
      if (!range || !rootOf(range)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open();
    },
    true,
  );
  addEventListener("click", (event) => {
    const link = /** @type {any} */ (event.target).closest?.("a[data-corrections-report]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  close.onclick = () => dialog.close();
  offer.onclick = open;
  offer.onmousedown = (event) => event.preventDefault();
  offer.ontouchstart = () => (isHeld = true);
  offer.ontouchcancel = () => (isHeld = false);
  offer.ontouchend = (event) => {
    // Not left to `click`, which iOS may swallow with the selection.
    isHeld = false;
    const { clientX, clientY } = event.changedTouches[0];
    if (shadow.elementFromPoint(clientX, clientY) !== offer) return;
    event.preventDefault();
    open();
  };
})();
