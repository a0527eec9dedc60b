/* Toasts in the corner, and words for screen readers. */
import { say } from "./words.js";

const SHAPES = { info: "half", good: "done", warn: "dot", bad: "late" };
const STAYS = { warn: 12000, info: 6000, good: 5000 };

const corner = () => document.getElementById("messages");

/** Show a message; errors stay until closed, a message with a way on stays longer. Returns its element. */
export function toast(text, tone = "info", way = null) {
  const box = document.createElement("div");
  box.className = `toast is-${tone}`;
  const mark = document.createElement("i");
  mark.className = `mark mark-${SHAPES[tone] || "half"}`;
  mark.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(mark, words);
  if (way) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = way.label;
    button.addEventListener("click", () => { box.remove(); way.go(); });
    box.append(button);
  }
  const cross = document.createElement("button");
  cross.type = "button";
  cross.className = "cross";
  cross.dataset.close = "";
  cross.setAttribute("aria-label", say("close"));
  cross.textContent = "×";
  box.append(cross);
  corner()?.append(box);
  return box;
}

/** Say something to screen readers only. */
export function tell(text) {
  const heard = document.getElementById("heard");
  if (heard) heard.textContent = text;
}

function settle(box) {
  const tone = [...box.classList].find((name) => name.startsWith("is-"))?.slice(3);
  if (!STAYS[tone] || box.querySelector(".button")) return;
  const leave = () => { if (!box.matches(":hover, :focus-within")) box.remove(); else setTimeout(leave, 2000); };
  setTimeout(leave, STAYS[tone]);
}

/** The corner stands above dialogs while it holds anything. */
function raise() {
  const place = corner();
  if (!place?.showPopover) return;
  if (place.matches(":popover-open")) place.hidePopover();
  if (place.querySelector(".toast")) place.showPopover();
}

export function start(root) {
  if (root !== document || !corner()) return;
  corner().querySelectorAll(".toast").forEach(settle);
  raise();
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.classList?.contains("toast")) settle(node);
    raise();
  }).observe(corner(), { childList: true });
  document.addEventListener("say", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
}
