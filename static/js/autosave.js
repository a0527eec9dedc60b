/* Nothing typed is lost: kept in the browser as it is typed, on the server when the hands rest, put back after a reload. */
import { clock, meta, say } from "./words.js";
import { toast } from "./toast.js";
import { send, SessionEnded, signIn } from "./session.js";

const [TYPED, IDLE, LONGEST, FORGET] = [300, 2000, 10000, 14 * 24 * 3600 * 1000];
const RETRY = [3000, 6000, 12000, 30000];
const PREFIX = "kept:";
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "version"]);
/** A form among several on a page puts its prefix before each name. */
const isLeftOut = (name) => LEFT_OUT.has(name) || name.endsWith("-version");
const nameOf = (key) => `${PREFIX}${meta("reader")}:${key}`;

function stored(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch (failure) { if (failure instanceof SyntaxError) return null; throw failure; }
}

/** What the form holds, without files and passwords. */
function valuesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !isLeftOut(name) && form.elements[name]?.type !== "password");
}

/** Holds what belongs to a fragment the server is yet to bring; emptied once it came. */
function keepAside(form, given) {
  const place = form.querySelector("[data-kept]");
  if (!place) return;
  const missing = [...given].filter(([name, left]) => left.length && !form.elements[name] && !isLeftOut(name));
  place.replaceChildren(...missing.flatMap(([name, left]) => left.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name, value }))));
  form.addEventListener("htmx:afterSettle", () => place.replaceChildren(), { once: true });
  form.dispatchEvent(new CustomEvent("restored"));
}

function put(form, values) {
  const given = new Map();
  for (const [name, value] of values) given.set(name, [...(given.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || isLeftOut(field.name) || field.type === "file" || field.type === "password") continue;
    const wanted = given.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
    else if (field.tagName === "SELECT") {
      for (const value of wanted) if (![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
      [...field.options].forEach((option) => { option.selected = wanted.includes(option.value); });
    } else if (wanted.length) field.value = wanted.shift();
    else continue;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  keepAside(form, given);
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.name = nameOf(form.dataset.autosave);
    this.url = form.dataset.autosaveUrl;
    this.state = form.querySelector("[data-autosave-state]");
    this.dirtySince = 0;
    this.tries = 0;
    // The address names the form, so that a reload and the way back bring the same one.
    if (form.dataset.autosaveAddress) history.replaceState(history.state, "", form.dataset.autosaveAddress);
    hold(this.name);
    this.restore();
    form.addEventListener("input", () => this.typed());
    form.addEventListener("change", () => this.typed());
    form.addEventListener("submit", () => { if (this.kept) { this.keep({ sent: true }); clearTimeout(this.idle); } });
    form.addEventListener("autosave-done", () => this.forget());
    // Sent, but not taken: it is still only here.
    form.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt === form && !event.detail.successful && this.kept) { this.keep({ sent: false, synced: false }); this.typed(); } });
    const again = () => { this.told?.remove(); if (this.dirtySince && this.url) this.save(); };
    window.addEventListener("online", again);
    document.addEventListener("signed-in", again);
    window.addEventListener("pagehide", () => this.away());
  }

  typed() {
    if (this.putting) return;
    this.dirtySince ||= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep({ sent: false, synced: false }), TYPED);
    clearTimeout(this.idle);
    if (this.url && !this.elsewhere) this.idle = setTimeout(() => this.save(), Math.max(0, Math.min(IDLE, this.dirtySince + LONGEST - Date.now())));
  }

  keep(more) {
    this.kept = { ...this.kept, at: Date.now(), values: valuesOf(this.form), ...more };
    if (!localStorageHolds(this.name, JSON.stringify(this.kept))) return;
    if (!this.url) this.show("saved", say("saved", { time: clock() }));
  }

  async save() {
    if (this.saving || !this.form.isConnected) return;
    this.saving = true;
    const began = Date.now();
    this.show("saving", say("saving"));
    try {
      const body = new URLSearchParams([...valuesOf(this.form), ["seq", String(began)]]);
      const answer = await send(this.url, { method: "POST", body, ask: false });
      if (await isTooMuch(answer)) this.tooMuch();
      else if (answer.status === 409) { this.elsewhere = true; this.trouble("elsewhere"); toast(say("elsewhere"), "warn"); } else if (answer.ok) this.saved(await answer.json(), began);
      else this.later();
    } catch (failure) {
      if (failure instanceof SessionEnded) this.ended(); else if (failure instanceof TypeError) this.later(); else throw failure;
    } finally { this.saving = false; }
  }

  saved(answer, began) {
    this.tries = 0;
    const more = this.dirtySince > began;
    this.dirtySince = more ? this.dirtySince : 0;
    if (this.kept) this.keep({ synced: !more, at: this.kept.at });
    this.show("saved", say("saved", { time: clock(answer.saved_at ? new Date(answer.saved_at) : new Date()) }));
    if (more) this.typed();
  }

  /** Sent again only when it was changed. */
  tooMuch() {
    this.trouble("kept");
    if (!this.isTold) toast(say("too_much"), "warn");
    this.isTold = true;
  }

  later() {
    this.trouble("kept");
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.save(), RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  /** The hands go on writing; the dialog opens when the reader asks for it or sends the form. */
  ended() {
    this.trouble("kept");
    if (this.told?.isConnected) return;
    this.told = toast(say("ended"), "warn", { label: say("sign_in"), go: () => signIn() });
  }

  trouble(word) { this.show("kept", say(word, { time: clock(new Date(this.kept?.at ?? Date.now())) })); }

  show(state, text) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = text;
  }

  restore() {
    const kept = stored(this.name);
    if (!kept) return;
    const same = JSON.stringify(kept.values) === JSON.stringify(valuesOf(this.form));
    const answered = this.form.querySelector("[aria-invalid], [data-summary]");
    if (same || answered || kept.at < (Date.parse(this.form.dataset.autosaveAt || "") || 0) || Date.now() - kept.at > FORGET) return;
    const time = clock(new Date(kept.at));
    const back = () => {
      this.putting = true;
      put(this.form, kept.values);
      this.putting = false;
      this.kept = kept;
      if (!kept.synced) this.typed();
    };
    if (kept.sent) { toast(say("sent", { time }), "warn", { label: say("restore"), go: back }); return; }
    back();
    toast(say("restored", { time }), "info");
  }

  away() {
    if (!this.dirtySince || this.kept?.sent) return;
    this.keep({ synced: false });
    if (!this.url || this.elsewhere) return;
    const body = new URLSearchParams([...valuesOf(this.form), ["seq", String(Date.now())]]);
    fetch(this.url, { method: "POST", body, keepalive: true, credentials: "same-origin", headers: { "X-CSRFToken": meta("csrf-token") } }).catch(() => {});
  }

  forget() {
    clearTimeout(this.timer);
    clearTimeout(this.idle);
    this.dirtySince = 0;
    this.kept = null;
    localStorage.removeItem(this.name);
  }
}

/** The server takes no text of this length. */
async function isTooMuch(answer) {
  return answer.status === 400 || answer.status === 413 || (answer.status === 409 && (await answer.clone().json()).code === "draft_too_long");
}

/** A full browser store is said aloud; the server copy is then the only one. */
function localStorageHolds(name, text) {
  try { localStorage.setItem(name, text); return true; } catch (failure) {
    if (failure.name !== "QuotaExceededError") throw failure;
    toast(say("browser_full"), "warn");
    return false;
  }
}

/** While this page is open, no other takes its text for forgotten. */
function hold(name) {
  navigator.locks?.request(name, { ifAvailable: true }, (lock) => lock && new Promise(() => {}));
}

/** What a closed browser left only here goes to the server, so that it is listed on any machine. */
async function bringBack(list) {
  const held = new Set((await navigator.locks?.query())?.held.map((lock) => lock.name));
  let brought = 0;
  for (const name of Object.keys(localStorage)) {
    const [, form, id] = /^([a-z]+):([0-9a-f-]{36})$/.exec(name.slice(nameOf("").length)) ?? [];
    const kept = name.startsWith(nameOf("")) && form && stored(name);
    if (!kept || kept.synced || kept.sent || held.has(name)) continue;
    const body = new URLSearchParams([...kept.values, ["seq", String(kept.at)]]);
    const answer = await send(`${list.dataset.drafts}${id}/?form=${form}`, { method: "POST", body, ask: false });
    if (answer.ok) { brought += 1; localStorage.setItem(name, JSON.stringify({ ...kept, synced: true })); }
    else if (answer.status === 409) localStorage.removeItem(name);
  }
  if (brought) window.htmx?.trigger(document.body, "drafts");
}

const keepers = new WeakSet();

export function start(root) {
  root.querySelectorAll("[data-autosave-done]").forEach((node) => localStorage.removeItem(nameOf(node.dataset.autosaveDone)));
  root.querySelectorAll("form[data-autosave]").forEach((form) => { if (!keepers.has(form)) { keepers.add(form); new Keeper(form); } });
  if (root !== document) return;
  const list = document.querySelector("[data-drafts]");
  // A moment later: a page being reloaded has let its own text go by then.
  if (list) setTimeout(() => bringBack(list).catch((failure) => { if (!(failure instanceof TypeError || failure instanceof SessionEnded)) throw failure; }), 600);
  // What the server already has need not stay in a shared browser.
  document.querySelector("[data-sign-out]")?.addEventListener("submit", () => {
    for (const name of Object.keys(localStorage)) {
      const kept = name.startsWith(nameOf("")) && stored(name);
      if (kept && (kept.synced || kept.sent)) localStorage.removeItem(name);
    }
  });
}
