/* @ in a note offers people who may see the appeal: arrows choose, Enter or Tab takes, Esc leaves. */
import { say } from "./words.js";
import { tell } from "./toast.js";

const TYPED = /(?:^|[^\p{L}\p{N}_@.])@([\p{L}\p{N}_.-]{0,30})$/u;
const WAIT = 120;
let made = 0;

class Mentions {
  constructor(area) {
    this.area = area;
    this.list = document.createElement("ul");
    this.list.id = `mentions-${made += 1}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", area.labels[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    area.after(this.list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), WAIT); });
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => { event.preventDefault(); const line = event.target.closest("li"); if (line) this.take(line); });
  }

  typed() {
    return TYPED.exec(this.area.value.slice(0, this.area.selectionStart))?.[1];
  }

  async ask() {
    const text = this.typed();
    if (text === undefined) { this.close(); return; }
    const turn = this.turn = (this.turn ?? 0) + 1;
    try {
      const answer = await fetch(`${this.area.dataset.mentionsUrl}?q=${encodeURIComponent(text)}`, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || turn !== this.turn || this.typed() === undefined) return;
      this.show(await answer.json());
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure;
    }
  }

  show(people) {
    if (!people.length) { this.close(); return; }
    this.list.replaceChildren(...people.map((person, index) => {
      const line = document.createElement("li");
      line.id = `${this.list.id}-${index}`;
      line.setAttribute("role", "option");
      line.dataset.name = person.id;
      const hint = document.createElement("small");
      hint.textContent = person.hint;
      line.append(person.label, hint);
      return line;
    }));
    this.list.hidden = false;
    this.choose(0);
    tell(say("found", { n: people.length }));
  }

  choose(index) {
    const lines = [...this.list.children];
    this.at = (index + lines.length) % lines.length;
    lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === this.at)));
    this.area.setAttribute("aria-activedescendant", lines[this.at].id);
    lines[this.at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden) return;
    const act = { ArrowDown: () => this.choose(this.at + 1), ArrowUp: () => this.choose(this.at - 1), Enter: () => this.take(this.list.children[this.at]), Tab: () => this.take(this.list.children[this.at]), Escape: () => this.close() }[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  take(line) {
    const { area } = this;
    const end = area.selectionStart;
    const start = end - (this.typed() ?? "").length;
    area.setRangeText(`${line.dataset.name} `, start, end, "end");
    this.close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.turn = (this.turn ?? 0) + 1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.area.removeAttribute("aria-activedescendant");
  }
}

const known = new WeakSet();

export function start(root) {
  root.querySelectorAll("textarea[data-mentions-url]").forEach((area) => { if (!known.has(area)) { known.add(area); new Mentions(area); } });
}
