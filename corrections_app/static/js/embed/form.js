// @ts-check
/** The frame on a newsroom's page: hears what was chosen there, has the server find it, and shows
 * the article's own dialog. Nothing that is typed here ever leaves for the page around it. */

const { origins, address } = document.body.dataset;
const allowed = (origins ?? "").split(" ");
const isFramed = parent !== window;
/** @param {string} name @returns {any} */
const find = (name) => document.querySelector(name);
const dialog = find("dialog.capture");
const article = find("article[data-slug]");
const why = find("[data-why]");

/** @param {string} word */
const say = (word) => isFramed && parent.postMessage({ corrections: word }, "*"); // and no more

/** @param {string} state */
function show(state) {
  for (const part of document.querySelectorAll("[data-state]"))
    /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.state !== state;
}

/** Shows the form for what was seen on the page. @param {any} seen */
async function take(seen) {
  show("waiting");
  if (dialog.open) dialog.close();
  try {
    // The page's address is the one that this frame was opened for, whatever is said here.
    const body = JSON.stringify({ ...seen, url: address });
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const answer = await fetch("/embed/place", { method: "POST", headers, body });
    const { form, message, article: slug } = await answer.json();
    if (!form) {
      find("[data-reason]").textContent = message;
      return show("refused");
    }
    why.textContent = answer.ok ? "" : message;
    why.hidden = answer.ok;
    article.dataset.slug = slug;
    const { openDialog } = await import("../lib/dialog.js");
    show("nothing");
    await openDialog(form);
  } catch {
    show("failed");
    find("[data-once-more]").onclick = () => take(seen);
  }
}

addEventListener("message", ({ source, origin, data }) => {
  const isOurs = isFramed && source === parent && allowed.includes(origin);
  if (isOurs && !isBarred && data?.corrections === "seen") take(data.seen);
});
// The event comes later than the closing: by then another form may be open.
dialog.addEventListener("close", () => {
  if (dialog.open) return;
  if (!isFramed) show("done");
  say("close");
});
// Caught before the dialog's own: "load the article anew" is about the page around us.
document.addEventListener(
  "click",
  (event) => {
    const link = /** @type {Element} */ (event.target).closest("a[data-reload]");
    if (!link) return;
    /** @type {HTMLAnchorElement} */ (link).href = address ?? "";
    event.stopPropagation();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  const { code, key, ctrlKey, metaKey, altKey, repeat, isComposing, keyCode } = event;
  if (key === "Escape" && !dialog.open) say("close");
  if (!(code?.endsWith("Enter") || key === "Enter") || !(ctrlKey || metaKey)) return;
  if (altKey || repeat || isComposing || keyCode === 229) return;
  event.preventDefault();
  find("dialog div:not([hidden]) .correction")?.requestSubmit();
});

/** What the page put behind the sign when it could not frame us; of no page: the whole article. */
function fromAddress() {
  try {
    return JSON.parse(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return { v: 1 };
  }
}

/** Whether a form can be sent at all: in a page's sandbox without `allow-forms` it says nothing. */
function canSend() {
  const trial = document.createElement("form");
  let isSent = false;
  trial.addEventListener("submit", (event) => {
    event.preventDefault();
    isSent = true;
  });
  document.body.append(trial);
  trial.requestSubmit();
  trial.remove();
  return isSent;
}

/** What could not be sent is tried again while the frame is open, and then shown as it arrived. */
async function tryAgain() {
  try {
    const { deliver } = await import("../lib/waiting.js");
    const told = await deliver();
    if (told.waits) told.again(tryAgain);
    if (!told.arrived || !dialog.open) return;
    const link = Object.assign(document.createElement("a"), { href: told.arrived.url });
    link.dataset.within = ""; // the dialog takes the receipt in, as it does any of its links
    dialog.append(link);
    link.click();
    link.remove();
  } catch {
    // storage is forbidden here, or there is no network: what was typed stands in the form
  }
}
addEventListener("online", tryAgain);

const isBarred = !canSend();
if (isBarred) show("barred");
if (isFramed) say("ready");
else if (!isBarred) take(fromAddress());
