"use strict";
// What HTML and htmx cannot do: files dropped from the desktop, and telling the program that a page is still open.

// Without the program nothing on the page works: a dialog says so. Closed, to look at what was typed, it stays as a bar.
// Empty while the program answers; "ended" if there is none, "silent" if there is one that does not answer.
let gone = "";
const PATIENCE = 20000;
let leaving = false;

function tell(words) {
  document.getElementById("told").textContent = words;
}

// Leaving would drop the files that are still to be copied: the browser asks first.
addEventListener("beforeunload", (event) => { if (copying) event.preventDefault(); else leaving = true; });
addEventListener("pageshow", (event) => { leaving = false; if (event.persisted) isAlive(); });

function sayEnded(how = gone) {
  // What was asked is cancelled by leaving the page, too.
  if (leaving) return;
  gone = how;
  const dialog = document.getElementById("ended");
  for (const part of dialog.querySelectorAll("[data-if]")) part.hidden = part.dataset.if !== how;
  if (dialog.matches(":modal")) return;
  dialog.close();
  dialog.showModal();
}

function sayAlive() {
  gone = "";
  document.getElementById("ended").close();
}

// Asked twice: a computer that wakes up cancels what was asked.
async function isAlive() {
  let how;
  for (const pause of [0, 1000]) {
    await new Promise((done) => setTimeout(done, pause));
    try {
      await fetch("/alive", { signal: AbortSignal.timeout?.(PATIENCE) });
      sayAlive();
      return true;
    } catch (error) {
      // Asked again, or said below.
      how = error.name === "TimeoutError" ? "silent" : "ended";
    }
  }
  if (gone !== how) sayEnded(how);
  return false;
}

setInterval(isAlive, 10000);
// Browsers let a page sleep that nobody sees.
document.addEventListener("visibilitychange", () => { if (!document.hidden) isAlive(); });
document.addEventListener("htmx:sendError", isAlive);

document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("ended");
  // By its button or by Esc.
  dialog.addEventListener("close", () => { if (gone && !dialog.open) dialog.show(); });
});

// Who double-clicks means one click: the second would open a workbook twice, or close what the first has opened.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !event.target.closest("button, .button, summary")) return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// The browser would show an error of its own in place of the page, and what was typed would be lost.
for (const kind of ["click", "submit"]) {
  document.addEventListener(kind, (event) => {
    if (!gone || event.target.closest("#ended") || (kind === "click" && !event.target.closest("a[href]"))) return;
    event.preventDefault();
    sayEnded();
  });
}

async function filesOf(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [[file, path + file.name]];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const inside of some) found.push(...await filesOf(inside, path + entry.name + "/"));
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
  if (entries.every(Boolean) && entries.length) {
    return (await Promise.all(entries.map((entry) => filesOf(entry, "")))).flat();
  }
  return [...transfer.files].map((file) => [file, file.name]);
}

// Files that are dropped while others are being copied wait on the same list.
const waiting = [];
let copying = false;

async function send(form, files) {
  waiting.push(...files);
  if (copying || !waiting.length) return;
  copying = true;
  const trouble = await copyAll(form);
  copying = false;
  waiting.length = 0;
  if (trouble) tell(trouble); else if (!gone) location.assign(location.pathname);
}

async function copyAll(form) {
  for (let number = 0; number < waiting.length; number++) {
    const [file, name] = waiting[number];
    tell(`${form.dataset.busy} ${number + 1}/${waiting.length}`);
    const address = `${form.action}?name=${encodeURIComponent(name)}`;
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body: file, redirect: "manual" });
    } catch {
      // Either the program has gone, or the file, which the browser reads only now.
      return await isAlive() ? `${name}: ${document.body.dataset.unreadable}` : "";
    }
    // What went wrong is said on the page of returns.
    if (answer.status !== 204) break;
  }
  return "";
}

// A file dropped beside a form that is sent later goes into its field; nothing is dropped without a word.
function place(files) {
  const field = document.querySelector("details[open] input[type=file]");
  if (!field) {
    tell(document.body.dataset.elsewhere);
    return;
  }
  const transfer = new DataTransfer();
  transfer.items.add(files[0][0]);
  field.files = transfer.files;
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("drop");
  const input = form && form.querySelector("input[type=file]");
  if (input) input.addEventListener("change", () => send(form, [...input.files].map((file) => [file, file.name])));
  // Everywhere: otherwise the browser would leave the page to show the file.
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => { event.preventDefault(); if (form) form.classList.add("over"); });
  }
  document.addEventListener("dragleave", (event) => { if (form && !event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    if (form) form.classList.remove("over");
    const words = document.body.dataset;
    const files = await dropped(event.dataTransfer).catch(() => words.unreadable);
    // A text, a link, a picture of a page, an empty folder; or what the browser is not allowed to read.
    if (!Array.isArray(files) || !files.length) tell(files.length ? files : words.nothing);
    else if (form) send(form, files);
    else place(files);
  });
});

// An error is shown above the page, not in place of what asked, until that works.
document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const said = answer.querySelector("main .messages") || answer.querySelector("main > p");
  const told = document.getElementById("told");
  // Said again every few seconds, it would be read out every time.
  if (said && told.textContent.trim() !== said.textContent.trim()) told.replaceChildren(said);
  event.detail.elt.dataset.refused = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  const asked = event.detail.elt;
  if (!event.detail.successful || !("refused" in asked.dataset || asked.localName === "button")) return;
  document.getElementById("told").replaceChildren();
  delete asked.dataset.refused;
});

// A browser shows dates in the order of its own language, which need not be the page's: the day is also said in words.
function sayDay(field) {
  if (field.type !== "date") return;
  const label = field.closest("label");
  const said = label.nextElementSibling?.localName === "output" ? label.nextElementSibling : document.createElement("output");
  const language = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
  said.textContent = field.value && new Date(`${field.value}T00:00`).toLocaleDateString(language, { dateStyle: "full" });
  label.after(said);
}
document.addEventListener("input", (event) => sayDay(event.target));
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("input[type=date]").forEach(sayDay));

// A reload would cancel what was clicked just before, and show the browser's own error page if the program has gone.
async function showAnew() {
  const job = document.getElementById("job");
  job.ariaBusy = "true";
  if (!await isAlive()) job.ariaBusy = null;
  else if (!leaving && !copying) {
    // What was said a moment ago has hardly been read.
    sessionStorage.said = [...document.querySelectorAll("main > [role=alert]")].map((said) => said.outerHTML).join("");
    location.reload();
  }
}

document.getElementById("main")?.insertAdjacentHTML("afterbegin", sessionStorage.said ?? "");
delete sessionStorage.said;

// When work has ended the page is shown anew, but what somebody has begun to type is not thrown away.
document.addEventListener("work-ended", () => {
  const fields = [...document.querySelectorAll("main input:not([type=hidden]), main textarea")];
  if (fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked)) {
    document.getElementById("anew").hidden = false;
  } else showAnew();
});
