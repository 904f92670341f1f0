// What every page does: messages, times in the reader's zone, the panel of an item, undo by keyboard, dropped files.
import { showBoard } from "./board.js";
import { followJob, watchVersion } from "./live.js";
import { takeDrops } from "./drop.js";
import { filterTables } from "./filter.js";
import { showTimes } from "./times.js";
import { takeWhatIfs } from "./what-if.js";
import { say, text } from "./words.js";

const page = () => document.getElementById("page");
const token = document.querySelector("meta[name=page-token]").content;

export function post(path, values) {
  return htmx.ajax("POST", `/s/${page().dataset.document}/${path}`, {
    source: page(), target: "#page", select: "#page", swap: "outerHTML", values,
  });
}

// An answer is put into the page that was there when it was asked for, so that page stays until all answers are in:
// a plan that is ready meanwhile waits, and comes with the answer of the change.
let changes = 0;
let late = false;

document.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig } }) => {
  if (requestConfig.verb === "get") return;
  changes += 1;
  xhr.addEventListener("loadend", () => {
    changes -= 1;
    if (changes === 0 && late && (xhr.status === 0 || xhr.status === 204 || xhr.status >= 400)) reload();
  });
});

// Whoever asked for it may be gone by now, and with it what it said about the way the answer is taken.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "page") Object.assign(detail, { selectOverride: "#page", swapOverride: "outerHTML" });
});

export function reload() {
  late = changes > 0;
  if (late) return undefined;
  return htmx.ajax("GET", location.pathname + location.search, { source: page(), target: "#page", select: "#page", swap: "outerHTML" });
}

function start() {
  showTimes(document);
  showBoard(page(), { post, openItem });
  followJob(page(), reload);
  filterTables(document);
  takeDrops(document, token);
  takeWhatIfs(document);
}

// Changes name the version they were made from, so that nobody overwrites what they have not seen.
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters, verb } = event.detail;
  headers["X-Page-Token"] = token;
  if (verb === "get" || !page().dataset.version) return;
  headers["If-Match"] = `"${page().dataset.version}"`;
  parameters.view = page().dataset.view;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "drawer") {
    showTimes(event.detail.target);
    return;
  }
  late = false;
  const open = document.querySelector("#drawer:not([hidden]) [data-panel]");
  start();
  if (open && changes === 0) openItem(open.dataset.panel, false);
});

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const gone = status === 404 && event.detail.target.id === "drawer";
  if (gone) closeItem(); // the item that was open has been removed
  else if (status === 401) location.assign("/sign-in");
  else if (status === 412) say(text("changed"), { label: text("reload"), action: reload });
  else say(detail(responseText), status === 403 ? { label: text("reload"), action: () => location.reload() } : null);
  if (document.getElementById("board-data")) showBoard(page(), { post, openItem }, true);
});
document.addEventListener("htmx:sendError", () => say(text("unreachable")));

function detail(content) {
  try {
    return JSON.parse(content).detail;
  } catch {
    return content.slice(0, 300) || text("unreachable");
  }
}

// The panel of an item -----------------------------------------------------------------------------------------------

let opener = null;
let room = false;

export async function openItem(id, focus = true) {
  const drawer = document.getElementById("drawer");
  if (focus) opener = document.activeElement;
  const where = `/s/${page().dataset.document}/item?item=${encodeURIComponent(id)}`;
  await htmx.ajax("GET", where, { source: drawer, target: "#drawer", select: ".panel", swap: "innerHTML" });
  if (drawer.querySelector("[data-panel]")?.dataset.panel !== id) return;
  drawer.hidden = false;
  makeRoom(true);
  if (focus) drawer.querySelector("[data-close]")?.focus();
}

function makeRoom(open) {
  if (document.body.classList.toggle("with-drawer", open) === room) return;
  room = open;
  dispatchEvent(new Event("resize")); // the board fits itself at once
}

// What is in the panel stays: a change it sent may be under way.
function closeItem() {
  document.getElementById("drawer").hidden = true;
  makeRoom(false);
  if (opener?.isConnected) opener.focus();
}

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-item]");
  if (item) openItem(item.dataset.item);
  if (event.target.closest("[data-close]")) closeItem();
});

document.addEventListener("keydown", (event) => {
  const drawer = document.getElementById("drawer");
  if (event.key === "Escape" && drawer && !drawer.hidden) closeItem();
  const typing = event.target.closest("input, select, textarea");
  if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  document.getElementById(event.shiftKey ? "redo" : "undo")?.click();
});

watchVersion(page, reload);
start();
document.body.dataset.ready = "yes";
