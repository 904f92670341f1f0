// Files that are dropped or chosen go to the importers; the answer says where the sprint is.
import { say, text } from "./words.js";

export function takeDrops(root, token) {
  const place = root.querySelector("[data-drop]");
  if (!place || place.dataset.ready) return;
  place.dataset.ready = "yes";
  const state = place.querySelector("[data-drop-state]");
  const send = async (content, names) => {
    say("");
    state.textContent = state.dataset.busy.replace("{names}", names);
    const answer = await fetch("/import", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Page-Token": token, Accept: "application/json" },
      body: JSON.stringify(content),
    }).catch(() => null);
    state.textContent = "";
    if (!answer) return say(text("unreachable"));
    const told = await answer.json();
    if (answer.ok) location.assign(told.location);
    else say(told.detail);
  };
  const take = async (files) => {
    if (!files.length) return;
    const read = await Promise.all([...files].map(async (file) => ({ name: file.name, content: await base64(file) })));
    await send({ files: read }, [...files].map((file) => file.name).join(", "));
  };
  place.querySelector("[data-drop-input]").addEventListener("change", (event) => take(event.target.files));
  place.querySelector("[data-example]").addEventListener("click", () => send("example", ""));
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      place.classList.toggle("over", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}
