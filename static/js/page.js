/* Small habits of every page: dialogs, the way back, errors of requests, one submit of one form. */
import { say } from "./words.js";
import { toast } from "./toast.js";

const AGAIN_AFTER = 8000;
const sending = new WeakSet();

function release(form) {
  sending.delete(form);
  form.querySelectorAll("button[data-held]").forEach((button) => { button.disabled = false; delete button.dataset.held; });
}

/** The first submit holds the buttons, so that a double click sends once; a repeat is refused. */
function hold(form, event) {
  if (sending.has(form)) { event.preventDefault(); return false; }
  sending.add(form);
  // After the browser has read the pressed button's own value.
  setTimeout(() => {
    if (!sending.has(form)) return;
    form.querySelectorAll("button:not([type=button]):not(:disabled)").forEach((button) => { button.disabled = true; button.dataset.held = ""; });
  });
  return true;
}

function submitted(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // A download leaves the page where it is: the form must come back by itself.
  if (hold(form, event)) setTimeout(() => release(form), AGAIN_AFTER);
}

function asked(event) {
  const { elt, requestConfig: config } = event.detail;
  if (elt.tagName === "FORM" && config.verb !== "get") hold(elt, event);
}

/** A folded part opened by its key goes on in its field at once; the key never folds away what is typed. */
function fold(event, summary) {
  if (event.isTrusted) return;
  event.preventDefault();
  const part = summary.parentElement;
  part.open = true;
  (document.getElementById(summary.dataset.goesTo) ?? part.querySelector("input, textarea"))?.focus();
}

function click(event) {
  const summary = event.target.closest("summary[data-hotkey]");
  if (summary) fold(event, summary);
  const pressed = event.target.closest("[data-open], [data-close], [data-back], [data-say]");
  if (!pressed) return;
  if (pressed.dataset.open) document.getElementById(pressed.dataset.open)?.showModal();
  if ("close" in pressed.dataset) {
    const box = pressed.closest("dialog, .toast, .notice");
    if (box?.tagName === "DIALOG") box.close(); else box?.remove();
  }
  if ("back" in pressed.dataset) history.back();
  if (pressed.dataset.say) toast(pressed.dataset.say);
}

function failed(event) {
  const status = event.detail.xhr?.status || 0;
  if (status === 401) return;
  toast(say(status === 0 ? "offline" : status === 400 || status === 413 ? "too_much" : status === 403 || status === 404 ? "forbidden" : "failed"), "bad");
}

export function start(root) {
  root.querySelectorAll("[data-back]").forEach((button) => { button.hidden = history.length < 2; });
  root.querySelectorAll("dialog[data-steady]").forEach((box) => box.addEventListener("cancel", (event) => event.preventDefault()));
  root.querySelectorAll("dialog[data-opens=now]:not([open])").forEach((box) => { box.dataset.opens = ""; box.showModal(); });
  const summary = root.querySelector("[data-summary]:not([data-ready])");
  if (summary) { summary.dataset.ready = ""; summary.focus(); }
  if (root !== document) return;
  document.addEventListener("click", click);
  document.addEventListener("submit", submitted);
  document.addEventListener("htmx:beforeRequest", asked);
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form").forEach(release); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt.tagName === "FORM") release(event.detail.elt); });
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
}
