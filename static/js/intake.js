/* What a known applicant brings along: the language they speak and, while none is chosen, their region. */
function set(form, name, value) {
  const field = form.elements[name];
  if (!value || !field || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export function start(root) {
  const form = root.querySelector("form#intake:not([data-taking])");
  if (!form) return;
  form.dataset.taking = "";
  const cardOf = () => form.querySelector("#who [data-language]");
  // The person whose language is taken already; text put back keeps the language it was written with.
  let taken = cardOf()?.dataset.person;
  let isPutBack = false;
  form.addEventListener("restored", () => { isPutBack = true; });
  form.querySelector("#who").addEventListener("htmx:afterSettle", () => {
    const card = cardOf();
    const before = taken;
    taken = card?.dataset.person;
    const kept = isPutBack;
    isPutBack = false;
    if (!card || kept || taken === before) return;
    set(form, "language", card.dataset.language);
    if (!form.elements.region.value) set(form, "region", card.dataset.region);
  });
}
