// @ts-check
/** The dialog: the same form that stands on its own page, sent without leaving the article. */
import { difference } from "./difference.js";

const PATIENCE = 20_000; // milliseconds until silence counts as failure

/** Opens the form for some words, or without words for the whole article. What was typed for
 * the same words before is still there. Resolves when the form is ready, or could not be had.
 * @param {HTMLDialogElement} dialog @param {import("./selection.js").Capture | null} capture */
export async function openDialog(dialog, capture) {
  const words = capture ? `&start=${capture.start}&end=${capture.end}` : "";
  const address = dialog.dataset.address + words;
  await styled(/** @type {string} */ (dialog.dataset.style));
  if (dialog.open) return;
  const isKept = dialog.dataset.shown === address;
  if (!isKept) show(dialog, "loading");
  dialog.showModal();
  if (!isKept) await load(dialog, address, capture);
  focusWords(dialog);
}

/** @param {string} href */
function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return;
  return new Promise((ready) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = ready; // an unstyled dialog is better than none
    document.head.append(link);
  });
}

/** @param {HTMLDialogElement} dialog @param {string} state */
function show(dialog, state) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-when]")))
    part.hidden = part.dataset.when !== state;
  delete dialog.dataset.shown;
}

/** @param {HTMLDialogElement} dialog @param {string} address
 * @param {import("./selection.js").Capture | null} capture */
async function load(dialog, address, capture) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.querySelector("[data-correction]");
    if (!answer.ok || !section) throw new Error(`${answer.status}`);
    const form = /** @type {HTMLFormElement} */ (section.querySelector("form"));
    if (capture && form.exact.value !== capture.exact) return show(dialog, "altered");
    dialog.querySelector("[data-when=ready]")?.replaceChildren(document.adoptNode(section));
    show(dialog, "ready");
    dialog.dataset.shown = address;
    animate(dialog, form);
  } catch {
    show(dialog, "failed");
    const again = /** @type {HTMLElement} */ (dialog.querySelector("[data-again]"));
    again.onclick = () => load(dialog, address, capture).then(() => focusWords(dialog));
  }
}

/** @param {HTMLDialogElement} dialog @param {HTMLFormElement} form */
function animate(dialog, form) {
  form.onsubmit = (event) => {
    event.preventDefault();
    send(dialog, form);
  };
  form.oninput = () => preview(form);
  for (const key of form.querySelectorAll("[data-modifier]"))
    key.textContent = document.querySelector("[data-modifier]")?.textContent ?? "Ctrl";
}

/** @param {HTMLDialogElement} dialog */
function focusWords(dialog) {
  const first = dialog.querySelector("[data-when]:not([hidden]) :is([autofocus], [tabindex], button)");
  /** @type {HTMLElement | null} */ (first)?.focus();
}

/** Exactly what will be sent, as a difference. @param {HTMLFormElement} form */
function preview(form) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector("[data-difference]"));
  if (!place) return;
  const [before, removed, added, after] = difference(form.exact.value, form.replacement.value);
  place.hidden = !removed && !added;
  const parts = [["del", removed], ["ins", added]].filter(([, words]) => words);
  const marked = parts.map(([tag, words]) => {
    const element = document.createElement(tag);
    element.append(Object.assign(document.createElement("bdi"), { textContent: words }));
    return element;
  });
  place.replaceChildren(before, ...marked, after);
}

/** @param {HTMLDialogElement} dialog @param {HTMLFormElement} form */
async function send(dialog, form) {
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  for (const old of form.querySelectorAll("[data-told]")) old.remove();
  notice(form, "offline", false);
  notice(form, "resent", false);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await answer.json();
    if (answer.ok) arrived(dialog, form, said);
    else refused(form, said);
  } catch {
    // The key stays, so that trying again never makes two of one.
    notice(form, "offline", true);
  }
  form.ariaBusy = null;
}

/** @param {HTMLFormElement} form @param {"offline" | "resent"} name @param {boolean} isShown */
function notice(form, name, isShown) {
  const place = /** @type {HTMLElement} */ (form.querySelector(`[data-${name}]`));
  place.hidden = !isShown;
  if (isShown) place.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLFormElement} form
 * @param {{error: string, message: string, fields: Record<string, string>}} said */
function refused(form, said) {
  if (said.error === "ambiguous") return form.submit(); // its page offers the places
  if (said.error === "bad_key") {
    // An earlier try arrived although its answer was lost, and the text has changed since.
    form.key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(36)).join("");
    return notice(form, "resent", true);
  }
  let isBeside = false;
  for (const [name, message] of Object.entries(said.fields ?? {})) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLElement) || field.hidden) continue;
    field.closest("details")?.setAttribute("open", "");
    field.closest(".field")?.append(words("fault", message));
    field.focus();
    isBeside = true;
  }
  if (isBeside) return;
  const told = words("refusal", said.message);
  form.prepend(told);
  told.scrollIntoView({ block: "nearest" });
}

/** @param {string} className @param {string} textContent */
function words(className, textContent) {
  const told = Object.assign(document.createElement("p"), { className, textContent, role: "alert" });
  told.dataset.told = "";
  return told;
}

/** @param {HTMLDialogElement} dialog @param {HTMLFormElement} form
 * @param {{reference: string, url: string}} said */
function arrived(dialog, form, said) {
  const section = /** @type {HTMLElement} */ (form.closest("[data-correction]"));
  const sent = /** @type {HTMLTemplateElement} */ (section.querySelector("[data-sent]")).content;
  /** @type {HTMLElement} */ (sent.querySelector("[data-reference]")).textContent = said.reference;
  /** @type {HTMLAnchorElement} */ (sent.querySelector("[data-receipt]")).href = said.url;
  /** @type {HTMLElement} */ (sent.querySelector("[data-close]")).onclick = () => dialog.close();
  section.replaceChildren(sent);
  delete dialog.dataset.shown;
  focusWords(dialog);
}
