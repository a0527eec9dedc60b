/* Lines moved up and down by their buttons; the form sends them in the order they stand in. */
let listening = false;

function move(event) {
  const button = event.target.closest("[data-sortable] button[data-move]");
  if (!button) return;
  const line = button.closest("li");
  const by = Number(button.dataset.move);
  const other = by < 0 ? line.previousElementSibling : line.nextElementSibling;
  // The first line, without buttons, stays where it is.
  if (!other || !other.querySelector("[data-move]")) return;
  if (by < 0) other.before(line); else other.after(line);
  button.focus();
  line.scrollIntoView({ block: "nearest" });
}

export function start() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", move);
}
