/* Files by drag or by button, several at once, each with its progress. Without scripts the plain file field sends them. */
import { meta, say } from "./words.js";
import { tell } from "./toast.js";
import { signIn } from "./session.js";

function line(file) {
  const item = document.createElement("li");
  const [name, bar] = [document.createElement("span"), document.createElement("progress")];
  Object.assign(bar, { max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  name.textContent = file.name;
  item.append(name, bar);
  return item;
}

/** The line stays and says what is wrong with its file, until it is taken away. */
function refuse(item, name, reason) {
  const [words, why, cross] = [document.createElement("span"), document.createElement("span"), document.createElement("button")];
  words.textContent = name;
  why.className = "error grow";
  why.textContent = reason;
  cross.className = "cross";
  cross.type = "button";
  cross.textContent = "×";
  cross.setAttribute("aria-label", say("close"));
  cross.addEventListener("click", () => item.remove());
  item.replaceChildren(words, why, cross);
  tell(say("upload_failed", { name, reason }));
}

function reasonOf(request) {
  if (!request.status) return say("offline");
  try { return JSON.parse(request.responseText).error || say("failed"); } catch (failure) { if (failure instanceof SyntaxError) return say("failed"); throw failure; }
}

/** One file on its way; the line becomes what the server answers. */
function upload(drop, list, file) {
  const item = line(file);
  list.append(item);
  const fail = (reason) => refuse(item, file.name, reason);
  const largest = Number(drop.dataset.largest || 0);
  if (largest && file.size > largest * 1048576) { fail(say("too_large", { size: largest })); return; }
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append(drop.dataset.uploadName || "file", file);
  drop.querySelectorAll("select[name]").forEach((choice) => body.append(choice.name, choice.value));
  request.open("POST", drop.dataset.uploadUrl);
  request.setRequestHeader("X-CSRFToken", meta("csrf-token"));
  request.setRequestHeader("X-Requested-With", "fetch");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) item.querySelector("progress").value = Math.round((event.loaded / event.total) * 100);
  });
  request.addEventListener("load", () => {
    const signInPath = new URL(document.body.dataset.signInUrl, location.href).pathname;
    if (request.status === 401 || new URL(request.responseURL).pathname === signInPath) {
      item.remove();
      signIn().then(() => upload(drop, list, file));
    } else if (request.status < 300) {
      item.insertAdjacentHTML("afterend", request.responseText);
      const added = item.nextElementSibling;
      item.remove();
      if (added) window.htmx?.process(added);
      tell(say("uploaded", { name: file.name }));
      drop.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
    } else fail(reasonOf(request));
  });
  request.addEventListener("error", () => fail(say("offline")));
  request.send(body);
}

export function start(root) {
  root.querySelectorAll("[data-upload-url]").forEach((drop) => {
    if (drop.dataset.ready) return;
    drop.dataset.ready = "yes";
    const input = drop.querySelector("input[type=file]");
    const list = drop.querySelector("[data-upload-list]");
    const take = (files) => [...files].forEach((file) => upload(drop, list, file));
    input.addEventListener("change", () => { take(input.files); input.value = ""; });
    drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
    drop.addEventListener("dragleave", (event) => { if (!drop.contains(event.relatedTarget)) drop.classList.remove("is-over"); });
    drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("is-over"); take(event.dataTransfer.files); });
  });
  if (root === document) {
    document.addEventListener("change", (event) => {
      const told = event.target.closest?.(".file")?.querySelector("[data-file-name]");
      if (told && event.target.files) told.textContent = [...event.target.files].map((file) => file.name).join(", ");
    });
  }
  // A file dropped beside the place must not replace the page and what is typed on it.
  if (root === document) for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
}
