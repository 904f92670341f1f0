// What-ifs: the short forms write a line into the list, a file fills it. The list is what the server reads.
const text = (value) => JSON.stringify(value);
const amount = (value) => Number(String(value).replace(",", ".")) || 0;

const LINES = {
  more: ({ skill, hours }) => `team: {add: [{name: ${text(`${skill} +1`)}, skills: [${text(skill)}], hours_per_day: ${amount(hours)}}]}`,
  away: ({ who, from, to }) => `team: {change: [{name: ${text(who)}, time_off: [{from: ${text(from)}, to: ${text(to < from ? from : to)}}]}]}`,
  buffer: ({ percent }) => `policy: {buffer: ${amount(percent) / 100}}`,
};

function lineOf(box) {
  const given = Object.fromEntries([...box.querySelectorAll("[name]")].map((field) => [field.name, field.value]));
  const name = box.querySelector("button").dataset.name.replace(/\{(\w+)\}/g, (_, key) => given[key]);
  return { name, rest: LINES[box.dataset.add](given) };
}

// Two what-ifs of one name could not be told apart.
function unused(name, list) {
  let free = name;
  for (let number = 2; list.includes(`name: ${text(free)}`); number += 1) free = `${name} (${number})`;
  return free;
}

export function takeWhatIfs(root) {
  const list = root.querySelector("#variants");
  if (!list) return;
  for (const box of root.querySelectorAll("[data-add]")) {
    box.querySelector("button").onclick = () => {
      const { name, rest } = lineOf(box);
      const before = list.value.trimEnd() || "variants:";
      list.value = `${before}\n  - {name: ${text(unused(name, before))}, ${rest}}\n`;
      list.rows = list.value.split("\n").length + 1;
      list.scrollTop = list.scrollHeight;
    };
  }
  root.querySelector("[data-what-if-file]").onchange = async ({ target }) => {
    if (target.files[0]) list.value = await target.files[0].text();
  };
}
