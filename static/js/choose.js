/* A button that fills a select of the same form: data-choose names the field, data-value and data-label the row. */
let listening = false;

function fill(event) {
  const button = event.target.closest("button[data-choose]");
  if (!button) return;
  const { choose, value, label } = button.dataset;
  const select = button.closest("form")?.elements.namedItem(choose);
  if (!(select instanceof HTMLSelectElement)) return;
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(label, value));
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  (document.getElementById(`${select.id}-box`) ?? select).focus();
}

export function start() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", fill);
}
