/* Ticking times: data-since counts up, data-until counts down to zero. */
let beat = 0;

const two = (n) => String(n).padStart(2, "0");

/** 02:14, or 1:02:14 past an hour. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

function tick() {
  const now = Date.now();
  for (const time of document.querySelectorAll("[data-since], [data-until]")) {
    const since = Date.parse(time.dataset.since || "");
    const until = Date.parse(time.dataset.until || "");
    const seconds = Number.isNaN(since) ? until - now : now - since;
    if (!Number.isNaN(seconds)) time.textContent = span(seconds / 1000);
  }
}

export function start() {
  tick();
  beat ||= setInterval(tick, 1000);
}
