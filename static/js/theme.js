/* The reader's colours: kept in a cookie, so that the server draws the page right at once. */
const YEAR = 365 * 24 * 3600;

function show(group) {
  const now = document.documentElement.dataset.theme || "";
  group.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.value === now)));
}

export function start(root) {
  root.querySelectorAll("[data-theme-switch]").forEach((group) => {
    if (!group.hidden) return;
    group.hidden = false;
    show(group);
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.value) document.documentElement.dataset.theme = button.value;
      else delete document.documentElement.dataset.theme;
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `theme=${button.value};path=/;max-age=${button.value ? YEAR : 0};samesite=lax${secure}`;
      show(group);
    });
  });
}
