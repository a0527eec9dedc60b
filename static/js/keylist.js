/* Moving in lists: j and k go from row to row, x ticks the row; Enter opens the link that holds the focus. */
const ROW = "tbody tr, li";

const lists = () => [...document.querySelectorAll("[data-rows]")].filter((list) => list.offsetParent !== null);

function rowsOf(list) {
  return [...list.querySelectorAll(ROW)].filter((row) => row.querySelector("a[href], button"));
}

/** Move by so many rows in the list that holds the focus, else in the first one. */
export function move(by) {
  const list = document.activeElement.closest("[data-rows]") ?? lists()[0];
  if (!list) return false;
  const rows = rowsOf(list);
  const now = rows.indexOf(document.activeElement.closest(ROW));
  const next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1)];
  next?.querySelector("a[href], button").focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

/** Tick or untick the row that holds the focus; with Shift all rows from the last one ticked. */
export function tick(shiftKey = false) {
  const box = document.activeElement.closest("[data-rows]") && document.activeElement.closest(ROW)?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
  return true;
}
