// Rows of a table by what they say and where they are.
import { text } from "./words.js";

const kept = { words: "", state: "" };

export function filterTables(root) {
  for (const input of root.querySelectorAll("[data-filter]")) {
    const rows = root.querySelector(`#${input.dataset.filter}`);
    const states = root.querySelector(`[data-filter-state=${input.dataset.filter}]`);
    const count = root.querySelector(`[data-filter-count=${input.dataset.filter}]`);
    const apply = () => {
      kept.words = input.value;
      kept.state = states.querySelector("input:checked").value;
      const words = kept.words.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows.rows) {
        const fits = words.every((word) => row.dataset.words.includes(word)) && (!kept.state || row.dataset.state === kept.state);
        row.hidden = !fits;
        shown += fits;
      }
      count.textContent = text("shown", { count: shown, all: rows.rows.length });
    };
    input.value = kept.words;
    states.querySelector(`input[value="${kept.state}"]`).checked = true;
    input.addEventListener("input", apply);
    states.addEventListener("change", apply);
    apply();
  }
}
