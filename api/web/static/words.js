// Texts for the scripts, and messages that a screen reader hears.
const texts = JSON.parse(document.getElementById("texts").textContent);

export function text(name, given = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => given[key] ?? "");
}

export function say(message, button = null) {
  const place = document.getElementById("messages");
  place.replaceChildren();
  if (!message) return;
  const line = document.createElement("p");
  line.textContent = message;
  if (button) {
    const press = document.createElement("button");
    press.textContent = button.label;
    press.addEventListener("click", () => { place.replaceChildren(); button.action(); });
    line.append(" ", press);
  }
  const close = document.createElement("button");
  close.className = "plain";
  close.textContent = "✕";
  close.setAttribute("aria-label", "OK");
  close.addEventListener("click", () => place.replaceChildren());
  line.append(" ", close);
  place.append(line);
}
