/* The keyboard: data-hotkey="g d" on a link, button or field; "/", "?", j, k, x, digits of segments, Ctrl+Enter. */
import { say } from "./words.js";
import { tell } from "./toast.js";
import { move, tick } from "./keylist.js";

const PAUSE = 1200;
let typed = "";
let timer = 0;

const lettersOff = () => localStorage.getItem("keys") === "off";
const isTyping = (node) => node.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && !/^(checkbox|radio|button|submit|file)$/.test(node.type));
const shown = (node) => node.checkVisibility?.() ?? node.offsetParent !== null;

/** The Latin letter of the key, whatever layout is on; other signs as they are. */
function nameOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code);
  const key = letter && (event.altKey || event.ctrlKey || !/^[\x20-\x7e]$/.test(event.key)) ? letter[1].toLowerCase() : event.key;
  const single = key.length === 1 ? key.toLowerCase() : key;
  const held = (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "");
  return held + (single.length > 1 ? single.toLowerCase() : single);
}

function find(keys) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const near = document.activeElement.closest("form");
  const all = [...scope.querySelectorAll("[data-hotkey]")].filter((node) => node.dataset.hotkey.toLowerCase() === keys && !node.disabled && (shown(node) || node.closest("#rail")));
  // The form being filled in comes first, then what the page is about, then the bar.
  return all.find((node) => near?.contains(node)) ?? all.find((node) => node.closest("main")) ?? all[0];
}

function use(node) {
  if (isTyping(node)) { node.focus(); node.select?.(); } else node.click();
}

/** Ctrl+Enter sends the form being filled, or the only form that offers it. */
function submit() {
  const button = find("ctrl+enter");
  const form = document.activeElement.closest("form");
  if (form && !form.contains(button)) form.requestSubmit(); else button?.click();
  return Boolean(form || button);
}

function segment(digit) {
  const near = document.activeElement.closest("form")?.querySelector(".segments") ?? document.querySelector("main .segments");
  const choice = near?.querySelectorAll("input[type=radio]")[digit - 1];
  if (choice) { choice.click(); choice.focus(); }
  return Boolean(choice);
}

/** A key pressed outside of typing; a pair such as "g d" is remembered for a moment. */
function letter(key, shiftKey) {
  const pair = typed && `${typed} ${key}`;
  clearTimeout(timer);
  typed = "";
  const node = (pair && find(pair)) || find(key);
  if (node) { use(node); return true; }
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "x") return tick(shiftKey);
  if (/^[1-9]$/.test(key)) return segment(Number(key));
  if ([...document.querySelectorAll("[data-hotkey]")].some((other) => other.dataset.hotkey.startsWith(`${key} `))) {
    typed = key;
    timer = setTimeout(() => { typed = ""; }, PAUSE);
    return true;
  }
  return false;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && !/^[jk]$/.test(event.key)) return;
  const key = nameOf(event);
  const modified = event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(event.key);
  let done = false;
  if (key === "ctrl+enter") done = submit();
  else if (key === "escape") { if (isTyping(document.activeElement) && !document.querySelector("dialog[open]")) document.activeElement.blur(); }
  else if (modified) { const node = find(key); if (node) { use(node); done = true; } }
  else if (!isTyping(event.target) && key.length === 1 && !lettersOff()) done = letter(key, event.shiftKey);
  if (done) event.preventDefault();
}

/** The list under "?" names every shortcut of this page. */
function list() {
  const place = document.querySelector("[data-keys]");
  if (!place) return;
  place.querySelectorAll("[data-own]").forEach((old) => old.remove());
  const seen = new Set(["/", "?", "ctrl+enter"]);
  for (const node of document.querySelectorAll("[data-hotkey]")) {
    const keys = node.dataset.hotkey;
    if (seen.has(keys.toLowerCase())) continue;
    seen.add(keys.toLowerCase());
    const [term, words] = [document.createElement("dt"), document.createElement("dd")];
    term.dataset.own = words.dataset.own = "";
    for (const key of keys.split(/[ +]/)) { const cap = document.createElement("kbd"); cap.textContent = key; term.append(cap, " "); }
    const copy = node.cloneNode(true);
    copy.querySelectorAll("kbd, b, .badge").forEach((extra) => extra.remove());
    words.textContent = node.getAttribute("aria-label") || copy.textContent.trim() || node.labels?.[0]?.textContent.trim() || node.placeholder || "";
    place.append(term, words);
  }
}

export function start(root) {
  if (root !== document) return;
  document.addEventListener("keydown", pressed);
  document.getElementById("keys-help")?.addEventListener("beforetoggle", list);
  const turn = document.querySelector("[data-keys-switch]");
  if (!turn) return;
  turn.checked = !lettersOff();
  turn.addEventListener("change", () => {
    if (turn.checked) localStorage.removeItem("keys"); else localStorage.setItem("keys", "off");
    tell(say(turn.checked ? "keys_on" : "keys_off"));
  });
}
