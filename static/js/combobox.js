/* A select that is found by a few letters: its options, or rows asked from data-url. The select stays the value. */
import { fold, say } from "./words.js";
import { tell } from "./toast.js";
import { send } from "./session.js";

const MOST = 50;
const WAIT = 150;
let made = 0;

/** How well an option answers the typed letters: beginnings of words before middles; 0 is no answer. */
function score(option, wanted) {
  const text = fold(`${option.label} ${option.hint ?? ""}`);
  let total = 1;
  for (const piece of wanted) {
    const at = text.indexOf(piece);
    if (at < 0) return 0;
    total += at === 0 ? 3 : / [^ ]*$/.test(` ${text.slice(0, at)}`) && /\W/.test(text[at - 1]) ? 2 : 0;
  }
  return total;
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.rows = [];
    this.at = -1;
    this.asked = 0;
    this.least = Number(select.dataset.least ?? 2);
    this.build();
    this.take();
  }

  build() {
    const { select } = this;
    const id = select.id || `choice-${++made}`;
    this.box = document.createElement("div");
    this.box.className = "combobox";
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", id: `${id}-box`, autocomplete: "off", spellcheck: false, disabled: select.disabled, placeholder: select.dataset.placeholder ?? "" });
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${id}-list`, hidden: true });
    this.list.setAttribute("role", "listbox");
    const own = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(own)) this.input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid", "aria-label", "data-hotkey"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.input.setAttribute("aria-required", String(select.required));
    const label = document.querySelector(`label[for="${select.id}"]`);
    if (label) { label.htmlFor = this.input.id; label.id ||= `${id}-label`; this.list.setAttribute("aria-labelledby", label.id); }
    document.querySelectorAll(`a[href="#${select.id}"]`).forEach((link) => { link.hash = this.input.id; });
    select.hidden = true;
    select.required = false;
    select.removeAttribute("data-hotkey");
    select.before(this.box);
    this.box.append(this.input, this.list, select);
    this.input.addEventListener("input", () => this.search());
    // Letters typed to find a choice are no change of it; the select tells that.
    this.input.addEventListener("change", (event) => event.stopPropagation());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => { if (this.list.hidden) this.search(true); });
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => { const row = event.target.closest("li[role=option]"); if (row) this.choose([...this.list.children].indexOf(row)); });
    select.addEventListener("change", () => this.take());
    select.form?.addEventListener("reset", () => setTimeout(() => this.take()));
    if (select.autofocus) this.input.focus();
  }

  /** Show the select's own value in the field. */
  take() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = chosen?.value ? chosen.textContent.trim() : "";
  }

  async search(all = false) {
    const text = all ? "" : this.input.value;
    const turn = ++this.asked;
    const { url } = this.select.dataset;
    if (!url) {
      const wanted = fold(text).split(/\s+/).filter(Boolean);
      const options = [...this.select.options].filter((option) => option.value);
      const rows = options.map((option, order) => ({ id: option.value, label: option.textContent.trim(), hint: option.dataset.hint, order }));
      this.show(rows.map((row) => [score(row, wanted), row]).filter(([good]) => good).sort((a, b) => b[0] - a[0] || a[1].order - b[1].order).slice(0, MOST).map(([, row]) => row));
      return;
    }
    if (text.trim().length < this.least) { this.say(say("type_more", { n: this.least })); return; }
    await new Promise((resolve) => { setTimeout(resolve, WAIT); });
    if (turn !== this.asked) return;
    try {
      const answer = await send(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (turn === this.asked && answer.ok) this.show(await answer.json());
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure;
      this.say(say("offline"));
    }
  }

  show(rows) {
    this.rows = rows;
    this.at = -1;
    if (!rows.length) { this.say(say("nothing_found", { text: this.input.value })); return; }
    this.list.replaceChildren(...rows.map((row, index) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `${this.list.id}-${index}`, textContent: row.label });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      if (row.hint) { const hint = document.createElement("small"); hint.textContent = row.hint; item.append(hint); }
      return item;
    }));
    this.open(true);
    if (this.input.value && this.input.value !== this.select.selectedOptions[0]?.textContent.trim()) this.point(0);
    tell(say("found", { n: rows.length }));
  }

  say(text) {
    this.rows = [];
    const item = document.createElement("li");
    item.className = "ink-quiet";
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = text;
    this.list.replaceChildren(item);
    this.open(true);
    tell(text);
  }

  open(yes) {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", String(yes));
    if (!yes) { this.at = -1; this.input.removeAttribute("aria-activedescendant"); }
  }

  point(index) {
    this.at = (index + this.rows.length) % this.rows.length;
    [...this.list.children].forEach((item, order) => item.setAttribute("aria-selected", String(order === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  choose(index) {
    const row = this.rows[index];
    if (!row) return;
    const id = String(row.id);
    if (![...this.select.options].some((option) => option.value === id)) this.select.add(new Option(row.label, id));
    this.select.value = id;
    this.open(false);
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Left with other words than the choice: an emptied field empties the choice, a half-typed one goes back. */
  leave() {
    // The sign-in dialog took the focus: the search goes on after it.
    if (document.querySelector("#session-end[open]")) return;
    this.asked++;
    this.open(false);
    if (!this.input.value.trim() && this.select.value) { this.select.value = ""; this.select.dispatchEvent(new Event("change", { bubbles: true })); }
    this.take();
  }

  key(event) {
    if (event.ctrlKey || event.altKey && event.key !== "ArrowDown") return;
    const opened = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!opened) this.search(true); else if (this.rows.length) this.point(this.at + (event.key === "ArrowDown" ? 1 : -1) + (this.at < 0 && event.key === "ArrowUp" ? 1 : 0));
    } else if (event.key === "Enter" && opened) {
      event.preventDefault();
      this.choose(Math.max(this.at, 0));
    } else if (event.key === "Tab" && opened && this.at >= 0) this.choose(this.at);
    else if (event.key === "Escape" && opened) { event.preventDefault(); event.stopPropagation(); this.take(); this.open(false); }
  }
}

export function start(root) {
  root.querySelectorAll("select[data-combobox]").forEach((select) => {
    if (!select.closest(".combobox")) new Combobox(select);
  });
}
