/** The dialog: shows pages of the server in the article. */
import { difference } from "./difference.js";
import { parsed } from "./own_pages.js";
import { hold, keep, keepReceipt, refill, remember, typed } from "./storage.js";

const PATIENCE = 20_000; // ms
const QUIET = 600; // ms without a key
const FIRST = ["[data-focus]", "[aria-invalid=true]", "[role=alert]", "[autofocus]", "h1", "button"];

/** @returns {any} */
const find = (name, part = dialog) => part.querySelector(name);
const dialog = find("dialog.capture", document);
const { slug } = find("article[data-slug]", document).dataset;
const style = document.createElement("link");
const styled = new Promise((ready) => {
  style.onload = style.onerror = ready;
});
style.rel = "stylesheet";
style.href = dialog.dataset.style;
document.head.append(style);
let timer, here;
let turn = 0;

export async function openDialog(address, words) {
  await styled;
  if (dialog.open) return;
  find(".own")?.remove();
  dialog.showModal();
  if (dialog.dataset.shown === address) focus();
  else await load(address, words);
}

async function load(address, words) {
  delete dialog.dataset.shown;
  here = address;
  show("loading");
  try {
    let [part] = await fetched(address);
    if (words && !part.matches(".gone") && part.dataset.around !== words.startContainer.parentElement.closest("p")?.textContent)
      [address, part] = await (await import("./altered.js")).placed(address, part, words, fetched);
    settle(part);
    here = address;
    address ? (dialog.dataset.shown = address) : show("altered");
    const form = find(".correction", part);
    if (!form) return;
    refill(slug, form);
    preview(form);
  } catch {
    show("failed");
    find("[data-again]").onclick = () => load(address, words);
  } finally {
    focus();
  }
}

/** A page's part and address, unless another overtakes it. */
async function fetched(address, how) {
  const mine = how ? 0 : ++turn;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE), ...how });
    const page = await parsed(answer);
    return [document.adoptNode(find("[data-arrived], [data-correction]", page)), answer.url];
  } finally {
    if (mine && mine !== turn) await new Promise(() => {});
  }
}

function settle(part) {
  find("[data-when=ready]").replaceChildren(part);
  find(".own")?.remove();
  for (const told of find("[data-told]").children) told.hidden = true;
  show("ready");
}

function show(...states) {
  clearTimeout(timer);
  for (const part of dialog.querySelectorAll("[data-when]"))
    part.hidden = !states.includes(part.dataset.when);
}

function focus() {
  const part = [...dialog.querySelectorAll("[data-when]:not([hidden])")].at(-1);
  const first = FIRST.map((name) => find(name, part)).find(Boolean) ?? part;
  if (first.tabIndex < 0) first.tabIndex = -1;
  first.focus();
  // Typing replaces what is wrong, never what was typed.
  if (first.type === "textarea") first.setSelectionRange(first.value === first.form.exact?.value ? 0 : 1e5, 1e5);
}

/** What will be sent: seen at once, told when the keys are quiet. */
function preview(form) {
  const place = find("[data-difference]", form);
  if (!place) return;
  const [before, removed, added, after] = difference(form.exact.value, form.replacement.value);
  const marked = (tag, textContent) =>
    Object.assign(document.createElement(tag), { textContent, hidden: !textContent });
  place.hidden = false; // it keeps its room
  if (!removed && !added) place.textContent = "";
  else place.replaceChildren(before, marked("del", removed), marked("ins", added), after);
  timer = setTimeout(() => {
    [removed, added].forEach((words, n) => {
      const told = find("[data-told]").children[n];
      told.hidden = !words;
      told.lastChild.textContent = words;
    });
  }, QUIET);
}

const search = (form) => {
  const address = `${form.action}?${new URLSearchParams(typed(form))}`;
  import("./searching.js").then(({ search }) => search(address, fetched)).catch(() => load(address));
};

async function send(form, submitter) {
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  form.isTouched = false;
  show("ready");
  hold(form);
  try {
    const body = new FormData(form, submitter);
    const [part, url] = await fetched(form.action, { method: "POST", body });
    const hasArrived = part.matches("[data-arrived]");
    if (hasArrived) arrived(form, part, url);
    if (!form.isConnected) return; // another was opened
    settle(part);
    const again = find(".correction");
    if (hasArrived) delete dialog.dataset.shown;
    else if (again) {
      keep(slug, again, here);
      find("details:not(.typed)", again).open ||= find("details:not(.typed)", form).open;
    }
    focus();
  } catch {
    hold(form, true); // with its key: sent twice it is one
    show("ready", "unsent");
    find("[data-when=unsent]").scrollIntoView();
    setTimeout(dispatchEvent, PATIENCE, new Event("online")); // tries again
  }
  form.ariaBusy = null;
  if (!dialog.open) dialog.showModal(); // closed meanwhile
}

function arrived(form, part, url) {
  keep(slug, form, form.isTouched && here);
  const title = find("[data-start='0']", document)?.textContent;
  const reference = find("[data-reference]", part)?.textContent;
  keepReceipt({ url, reference, title, sent: new Date().toISOString() }, slug);
}

dialog.addEventListener("input", ({ target }) => {
  const { form, dataset, id } = target;
  clearTimeout(timer);
  if ("live" in dataset) timer = setTimeout(search, QUIET, form);
  if (!form.matches(".correction")) return;
  // What was said of other words is over.
  target.removeAttribute("aria-invalid");
  for (const told of form.querySelectorAll(`#${id}-fault, .refusal`)) told.style.visibility = "hidden";
  find("[data-when=unsent]").hidden = true;
  hold(form);
  form.isTouched = true;
  preview(form);
  remember(form);
  keep(slug, form, here);
});
dialog.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.method === "dialog") return;
  event.preventDefault();
  if (form.method === "get") search(form);
  else send(form, submitter);
});
dialog.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-within], [data-close], [data-reload]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if ("close" in link.dataset) dialog.close();
  else if ("reload" in link.dataset) location.reload();
  else load(link.href);
});
