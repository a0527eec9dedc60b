/* Requests to our own server: the token against forgery, and sign-in over the page when the session has ended. */
import { meta, say } from "./words.js";
import { toast } from "./toast.js";

const OLD = 5 * 60 * 1000;
let lastContact = Date.now();
let asking = null;
const checked = new WeakSet();

export class SessionEnded extends Error {}

const signInUrl = () => new URL(document.body.dataset.signInUrl, location.href);
const atSignIn = (url) => url && new URL(url, location.href).pathname === signInUrl().pathname && location.pathname !== signInUrl().pathname;

/** fetch with the token. When the session has ended it asks to sign in and sends again; with ask: false it throws. */
export async function send(url, { ask = true, ...options } = {}) {
  const headers = new Headers(options.headers);
  headers.set("X-CSRFToken", meta("csrf-token"));
  headers.set("X-Requested-With", "fetch");
  const answer = await fetch(url, { credentials: "same-origin", ...options, headers });
  if (answer.status === 401 || atSignIn(answer.url)) {
    if (!ask) throw new SessionEnded();
    await signIn();
    return send(url, { ask, ...options });
  }
  lastContact = Date.now();
  return answer;
}

/** Put the new session's token everywhere the page carries the old one. */
function renew(token) {
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((input) => { input.value = token; });
}

async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** True when the page we got belongs to our reader; another person's page is refused aloud. */
function accept(page) {
  const reader = page.querySelector('meta[name="reader"]')?.content;
  if (!reader) return false;
  if (reader !== meta("reader")) throw new Error(say("wrong_person"));
  renew(page.querySelector('meta[name="csrf-token"]').content);
  return true;
}

async function trySignIn(form) {
  const fresh = await read(await fetch(signInUrl(), { credentials: "same-origin" }));
  if (accept(fresh)) return true;
  const body = new URLSearchParams(new FormData(form));
  body.set("csrfmiddlewaretoken", fresh.querySelector('[name="csrfmiddlewaretoken"]')?.value || "");
  const page = await read(await fetch(signInUrl(), { method: "POST", body, credentials: "same-origin" }));
  if (accept(page)) return true;
  throw new Error(page.querySelector("[data-sign-in-error]")?.textContent.trim() || say("sign_in_failed"));
}

/** Opens the dialog once for all who wait; resolves when the same person is signed in again. */
export function signIn() {
  asking ??= new Promise((resolve) => {
    const box = document.getElementById("session-end");
    if (!box) { location.assign(signInUrl()); return; }
    const form = box.querySelector("[data-session-form]");
    const error = box.querySelector("[data-session-error]");
    const finish = () => {
      form.removeEventListener("submit", submit);
      window.removeEventListener("focus", look);
      form.reset();
      error.hidden = true;
      box.close();
      asking = null;
      lastContact = Date.now();
      toast(say("signed_in"), "good");
      document.dispatchEvent(new CustomEvent("signed-in"));
      resolve();
    };
    const complain = (failure) => { error.textContent = failure instanceof TypeError ? say("offline") : failure.message; error.hidden = false; };
    async function submit(event) {
      event.preventDefault();
      event.stopPropagation();
      try { if (await trySignIn(form)) finish(); } catch (failure) { complain(failure); form.elements.password.select(); }
    }
    async function look() {
      try { if (accept(await read(await fetch(signInUrl(), { credentials: "same-origin" })))) finish(); } catch (failure) { complain(failure); }
    }
    form.addEventListener("submit", submit);
    window.addEventListener("focus", look);
    if (!box.open) box.showModal();
    form.elements.password.focus();
  });
  return asking;
}

/** A page left open for long asks whether the session lives before a plain form leaves with what was typed. */
async function ensure(event) {
  const form = event.target;
  const plain = form.method === "post" && !form.matches("[data-session-form], [data-sign-in], [data-sign-out], [hx-post], [hx-put], [hx-patch]");
  if (event.defaultPrevented || !plain || checked.has(form) || Date.now() - lastContact < OLD || !meta("reader")) return;
  event.preventDefault();
  event.stopPropagation();
  try {
    await send(location.href, { method: "HEAD" });
    checked.add(form);
    form.requestSubmit(event.submitter);
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    toast(say("offline"), "bad");
  } finally {
    checked.delete(form);
  }
}

function again(event) {
  const { xhr, requestConfig: config, target } = event.detail;
  if (xhr.status !== 401 && !atSignIn(xhr.responseURL)) { lastContact = Date.now(); return; }
  event.preventDefault();
  signIn().then(() => {
    const values = Object.fromEntries(Object.entries(config.parameters ?? {}).filter(([name]) => name !== "csrfmiddlewaretoken"));
    window.htmx.ajax(config.verb, config.path, { source: config.elt, target, values });
  });
}

export function start(root) {
  if (root !== document) return;
  document.addEventListener("submit", ensure, true);
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = meta("csrf-token"); });
  document.addEventListener("htmx:beforeSwap", again);
}
