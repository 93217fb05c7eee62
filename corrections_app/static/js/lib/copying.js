// @ts-check
/** A button that copies the words in the field before it; without this the field can be marked. */

document.addEventListener("click", async (event) => {
  const button = /** @type {Element} */ (event.target).closest?.("[data-copy]");
  const field = /** @type {HTMLTextAreaElement | null | undefined} */ (button?.parentElement?.querySelector("[data-words]"));
  if (!button || !field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // it stays marked: the keys of the system copy it
  }
  button.classList.add("copied");
});
