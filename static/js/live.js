/* Live pages: the stream says only what changed; the fragment is asked again from the server. */
import { say } from "./words.js";

const POLL = 20000;
const LOSSES = 3;
let losses = 0;
let poll = 0;

/** Ask again for every fragment of a topic; "*" is all of them. */
export function refresh(topic) {
  for (const node of document.querySelectorAll("[data-live-topic]")) {
    if (topic === "*" || node.dataset.liveTopic.split(/\s+/).includes(topic)) window.htmx.trigger(node, "live");
  }
}

function show(live) {
  for (const node of document.querySelectorAll("[data-live-state]")) {
    node.textContent = say(live ? "live" : "polling");
    node.hidden = live;
  }
}

function heard(event) {
  let topics = [];
  try {
    const said = JSON.parse(event.data);
    topics = said.topics ?? [said.topic];
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    topics = event.data.split(/\s+/);
  }
  topics.filter(Boolean).forEach(refresh);
}

function connect(url) {
  const stream = new EventSource(url);
  stream.addEventListener("open", () => {
    if (poll) { clearInterval(poll); poll = 0; refresh("*"); }
    losses = 0;
    show(true);
    document.dispatchEvent(new CustomEvent("live-open"));
  });
  stream.addEventListener("message", heard);
  stream.addEventListener("error", () => {
    losses += 1;
    if (losses >= LOSSES && !poll) {
      poll = setInterval(() => { if (!document.hidden) refresh("*"); }, POLL);
      show(false);
    }
    // A refused stream (signed out, server restarting) closes for good: try again by ourselves.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => connect(url), Math.min(POLL, 1000 * 2 ** losses));
  });
  window.addEventListener("pagehide", () => stream.close(), { once: true });
}

let following = false;

/** A page with nothing to refresh keeps no stream open. */
export function start() {
  const { liveUrl } = document.body.dataset;
  if (following || !liveUrl || !document.querySelector("[data-live-topic]")) return;
  following = true;
  connect(liveUrl);
}
