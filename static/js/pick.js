/* Choosing rows of a list: x or a click ticks one, with Shift all from the last one ticked; the head ticks the page. */
let last = null;
let listening = false;

const boxesOf = (form) => [...document.querySelectorAll(`input[type=checkbox][name=row][form="${form.id}"]`)];

/** The bar says how many are chosen, and the head follows its rows. */
function count(form) {
  const boxes = boxesOf(form);
  const chosen = boxes.filter((box) => box.checked).length;
  const told = form.querySelector("[data-picked]");
  if (told) told.textContent = chosen || form.elements.all?.checked ? form.elements.all?.checked ? told.dataset.all : String(chosen) : "0";
  const head = document.querySelector(`[data-pick-page="${form.id}"]`);
  if (head) { head.checked = chosen > 0 && chosen === boxes.length; head.indeterminate = chosen > 0 && chosen < boxes.length; }
}

function clicked(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  if (box.dataset.pickPage) {
    const form = document.getElementById(box.dataset.pickPage);
    boxesOf(form).forEach((one) => { one.checked = box.checked; });
    count(form);
    return;
  }
  const form = box.form;
  if (!form?.hasAttribute("data-pick")) return;
  if (box.name === "row") {
    const boxes = boxesOf(form);
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    last = box;
  }
  count(form);
}

export function start(root) {
  root.querySelectorAll("form[data-pick]").forEach(count);
  if (listening) return;
  listening = true;
  document.addEventListener("click", clicked);
}
