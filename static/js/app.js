/* The one entry: starts every part on the page and on whatever htmx brings later. */
import { start as toasts } from "./toast.js";
import { start as session } from "./session.js";
import { start as page } from "./page.js";
import { start as theme } from "./theme.js";
import { start as hotkeys } from "./hotkeys.js";
import { start as combobox } from "./combobox.js";
import { start as choose } from "./choose.js";
import { start as autosave } from "./autosave.js";
import { start as upload } from "./upload.js";
import { start as long } from "./long.js";
import { start as intake } from "./intake.js";
import { start as insert } from "./insert.js";
import { start as elapsed } from "./elapsed.js";
import { start as live } from "./live.js";
import { start as sortable } from "./sortable.js";
import { start as mentions } from "./mentions.js";
import { start as pick } from "./pick.js";
import { start as presence } from "./presence.js";

const parts = [toasts, session, page, theme, hotkeys, combobox, choose, autosave, upload, insert, elapsed, live, sortable, mentions, pick, long, intake, presence];

for (const start of parts) start(document);
document.addEventListener("htmx:load", (event) => {
  // The fragment itself may carry the attribute, so it is looked for from its parent.
  const root = event.detail.elt === document.body ? null : event.detail.elt.parentElement;
  if (root) for (const start of parts) start(root);
});
