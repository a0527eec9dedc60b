/* A chosen text goes into a field where the cursor stands; an empty field is filled. */

function insert(choice) {
  const text = choice.selectedOptions[0]?.dataset.text;
  const field = document.getElementById(choice.dataset.insertInto);
  if (!text || !field) return;
  const { selectionStart: from, selectionEnd: to, value } = field;
  const gap = value && from > 0 && !value.slice(0, from).endsWith("\n") ? "\n" : "";
  field.setRangeText(gap + text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function start(root) {
  root.querySelectorAll("select[data-insert-into]").forEach((choice) => {
    if (choice.dataset.ready) return;
    choice.dataset.ready = "yes";
    choice.addEventListener("change", () => insert(choice));
  });
}
