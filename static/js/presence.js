/* Who else is on this appeal: a beat every 10 seconds says whether we look or write; the answer names the others. */
import { meta } from "./words.js";

const BEAT = 10000;
const WRITING = 15000;

class Presence {
  constructor(place) {
    this.place = place;
    this.typed = 0;
    place.addEventListener("input", () => { const first = Date.now() - this.typed > WRITING; this.typed = Date.now(); if (first) this.beat(); });
    this.timer = setInterval(() => this.beat(), BEAT);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.beat(); });
    // Told live that somebody came, went or writes; events of fragments inside are none of ours.
    place.addEventListener("live", (event) => { if (event.target === place) this.beat(); });
    // Whoever came while the stream was being opened was told to nobody.
    document.addEventListener("live-open", () => this.beat());
    window.addEventListener("pagehide", () => this.say("gone", { keepalive: true }).catch(() => {}));
    this.beat();
  }

  say(state, options = {}) {
    const body = new URLSearchParams({ state });
    return fetch(this.place.dataset.presenceUrl, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": meta("csrf-token"), "X-Requested-With": "fetch" }, ...options });
  }

  /** A missed beat is no trouble: the next one comes soon, and nobody must be told. */
  async beat() {
    if (!this.place.isConnected) { clearInterval(this.timer); return; }
    if (document.hidden) return;
    try {
      const answer = await this.say(Date.now() - this.typed < WRITING ? "writing" : "viewing");
      if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
      const { words } = await answer.json();
      const shown = this.place.querySelector("[data-presence]");
      const text = words.join(" · ");
      if (shown && shown.textContent !== text) shown.textContent = text;
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure;
    }
  }
}

const known = new WeakSet();

export function start(root) {
  root.querySelectorAll("[data-presence-url]").forEach((place) => { if (!known.has(place)) { known.add(place); new Presence(place); } });
}
