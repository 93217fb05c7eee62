// @ts-check
/**
 * Passkeys: the server says what is to be signed or made, the browser has a device do it, and the
 * answer travels in the form like anything typed (WebAuthn level 3).
 */

/** @typedef {HTMLFormElement & { elements: { credential: HTMLInputElement, csrf_token: HTMLInputElement } }} KeyForm */

const able =
  typeof PublicKeyCredential === "function" &&
  typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function" &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

if (able) {
  for (const hint of document.querySelectorAll("[data-without-passkeys]")) hint.remove();
  for (const form of /** @type {NodeListOf<KeyForm>} */ (document.querySelectorAll("form[data-passkey]"))) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
}

/** @param {KeyForm} form */
async function send(form) {
  const failed = /** @type {HTMLElement} */ (form.querySelector("[data-failed]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  failed.hidden = true;
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify(await answered(form));
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
    button.focus();
  }
}

/** @param {KeyForm} form */
async function answered(form) {
  const asked = await fetch(form.dataset.asking ?? "", {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
  });
  if (!asked.ok) throw new Error(String(asked.status));
  const options = await asked.json();
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no key");
  return credential.toJSON();
}
