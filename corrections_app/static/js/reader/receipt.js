// @ts-check
/** A receipt: this device remembers it when it comes straight from the form's own page.
 *
 * What the dialog sends is remembered there. A receipt that was opened by its address, perhaps
 * on another's device, is not. */
import { keepReceipt } from "../lib/storage.js";

const FORM = /^\/articles\/[^/]+\/corrections(\/new)?$/;

/** @param {string} name */
const words = (name) => document.querySelector(name)?.textContent?.trim() ?? "";

/** The path of one of our own pages, or nothing. @param {string} address */
function path(address) {
  return URL.canParse(address) && new URL(address).origin === location.origin
    ? new URL(address).pathname
    : "";
}

if (FORM.test(path(document.referrer)))
  keepReceipt(
    {
      url: location.origin + location.pathname,
      reference: words("[data-reference]"),
      title: words("cite"),
      sent: new Date().toISOString(),
    },
    path(document.referrer).split("/")[2],
  );
