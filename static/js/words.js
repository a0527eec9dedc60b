/* Words the scripts say, written by the server in the reader's language, and the clock of Baku. */
const words = JSON.parse(document.getElementById("script-words")?.textContent || "{}");

/** The text of a key with its {places} filled in. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const time = new Intl.DateTimeFormat("az", { timeZone: "Asia/Baku", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

/** 12:04:31 in Baku. */
export function clock(moment = new Date()) {
  return time.format(moment);
}

/** Text as it is searched: ə is e, ş is s, case and dots do not matter. */
export function fold(text) {
  return text.normalize("NFC").replace(/[İIı]/g, "i").toLowerCase().replace(/ə/g, "e").normalize("NFD").replace(/\p{M}/gu, "").trim();
}

export const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content || "";
