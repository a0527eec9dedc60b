/* A word of half a million letters takes a browser a minute to lay out; broken anywhere it takes none. */
const LONG = 20000;
let listening = false;

export function start() {
  if (listening) return;
  listening = true;
  document.addEventListener("input", ({ target }) => {
    if (target.tagName === "TEXTAREA") target.classList.toggle("is-long", target.value.length > LONG);
  });
}
