/** Sees what is selected and offers to correct it; the rest loads on demand. */
import { captured, hull } from "../lib/selection.js";

/** @type {any} */
const page = document;
const find = (name) => page.querySelector(name);
const article = find("[data-slug]");
const offer = find("[data-suggest]");
const dialog = find("dialog");
const own = find("[data-own]").content.firstElementChild; // came with the page
const form = own.lastElementChild;
const { address } = dialog.dataset;

const loadDialog = () => import("../lib/dialog.js");
const selection = () => page.getSelection();
let last, range; // a tap may collapse the selection
let isHeld, timer;

function note() {
  const capture = captured(article, selection());
  if (capture) [last, range] = [capture, hull(selection())];
  return capture;
}

function look() {
  if (dialog.open || isHeld) return;
  if (note()) {
    loadDialog().catch(() => {}); // beforehand
    place();
  } else if (!offer.matches(":focus-within")) last = range = null;
  offer.hidden = !last;
}

/** After the words for the Tab key, below them by what shifts nothing. */
function place() {
  const node = range.endContainer;
  const block = (node.closest ? node : node.parentElement).closest(".body > *, article > :not(.body)");
  if (block && block.nextSibling !== offer) block.after(offer);
  offer.hidden = false;
  const { left, right, bottom } = [...range.getClientRects()].findLast(({ width }) => width) ?? {};
  const root = page.documentElement;
  const end = article.dir === "rtl" ? left + 24 - offer.offsetWidth : right - 24;
  const x = Math.min(end, root.clientWidth - offer.offsetWidth - 8);
  const y = Math.min(bottom + 8, root.clientHeight - offer.offsetHeight - 8);
  offer.style.translate = `${Math.max(8, x) + scrollX}px ${y + scrollY}px`;
}

function suggest(event) {
  event.preventDefault();
  note();
  const beside = `${hull(selection()) ?? ""}`;
  open(address + (last ? `&start=${last.start}&end=${last.end}` : beside && "&beside=" + encodeURIComponent(beside)), range);
}

async function open(url, words) {
  dialog.onclose = () => {
    last = range = null;
    if (words && dialog.dataset.shown) {
      selection().removeAllRanges();
      selection().addRange(words);
    }
    remind();
  };
  offer.hidden = find("[data-begun]").hidden = true;
  const { start = "", end = "", exact = "" } = (words && last) ?? {};
  try {
    await (await loadDialog()).openDialog(url, words);
    if (find("[data-when=failed]").hidden) return;
  } catch {
    if (await fetch(url).then(({ ok }) => ok, () => 0)) return location.assign(url);
    dialog.showModal();
  }
  dialog.append(own);
  form.replacement.focus();
  if (form.key.value && form.exact.value === exact) return;
  form.reset();
  const values = { start, end, exact, replacement: exact, key: `${Date.now()}${Math.random()}` };
  for (const name in values) form[name].value = values[name];
  form.exact.readOnly = exact;
  form.replacement.select();
}

async function remind() {
  try {
    if (localStorage.length) (await import("./kept.js")).show(open);
  } catch {
    setTimeout(remind, 2e4);
  }
}

form.onsubmit = (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  localStorage["corrections.waiting." + fields.key] = JSON.stringify({ action: form.action, fields });
  form.key.value = "";
  dialog.close();
  find("[data-waits]").hidden = false;
};
page.onselectionchange = () => {
  clearTimeout(timer);
  timer = setTimeout(look, 100); // touch knows no end of selecting
};
page.onkeydown = (event) => {
  if (!/Enter/.test(event.code + event.key) || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.repeat || event.isComposing || event.keyCode === 229) return;
  if (!dialog.open) return event.target.matches("input, textarea") || suggest(event);
  event.preventDefault();
  find("dialog div:not([hidden]) .correction")?.requestSubmit();
};
page.onclick = (event) => {
  if (!event.target.closest("a[data-report]")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(address);
};
// Inside a link the mouse selects nothing.
article.onmousedown = ({ target, button }) => {
  const link = target.closest("[data-start] a");
  if (!link || button) return;
  const { href } = link;
  const restore = () => (link.href = href);
  link.removeAttribute("href");
  page.onmouseup = () => (selection().isCollapsed ? restore() : setTimeout(restore));
};
offer.onclick = suggest;
offer.onmousedown = (event) => event.preventDefault(); // keeps the selection
offer.ontouchstart = offer.ontouchcancel = ({ type }) => (isHeld = /start/.test(type));
offer.ontouchend = (event) => {
  // iOS may swallow `click` with the selection.
  isHeld = false;
  const { clientX, clientY } = event.changedTouches[0];
  if (offer.contains(page.elementFromPoint(clientX, clientY))) suggest(event);
};
ononline = remind;

if (/Mac|iP/.test(navigator.platform))
  for (const key of page.querySelectorAll("[data-modifier]")) key.textContent = "⌘";
remind();
