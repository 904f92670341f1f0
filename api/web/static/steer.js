// The board by keyboard: arrow keys go from task to task, Enter opens what is chosen, + and - and 0 zoom.
import { moment } from "./times.js";
import { text } from "./words.js";

export function steer(board, select) {
  board.place.addEventListener("keydown", (event) => {
    if (event.target !== board.place || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowRight: () => go(board, select, beside(board, 1)),
      ArrowLeft: () => go(board, select, beside(board, -1)),
      ArrowDown: () => go(board, select, across(board, 1)),
      ArrowUp: () => go(board, select, across(board, -1)),
      Enter: () => board.chosen && board.openItem(board.chosen.item),
      "+": () => board.timeline.zoomIn(0.4, { animation: false }),
      "-": () => board.timeline.zoomOut(0.6, { animation: false }),
      0: () => board.fit(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

const row = (board, who) => board.data.tasks.filter((task) => task.who === who).sort((a, b) => a.start - b.start);

function beside(board, step) {
  if (!board.chosen) return board.data.tasks[0];
  const tasks = row(board, board.chosen.who);
  return tasks[tasks.findIndex((task) => task.id === board.chosen.id) + step];
}

function across(board, step) {
  if (!board.chosen) return board.data.tasks[0];
  const people = board.data.people.map((person) => person.name);
  for (let at = people.indexOf(board.chosen.who) + step; at >= 0 && at < people.length; at += step) {
    const tasks = row(board, people[at]);
    const near = (task) => Math.abs(task.start - board.chosen.start);
    if (tasks.length) return tasks.reduce((best, task) => (near(task) < near(best) ? task : best));
  }
  return undefined;
}

function go(board, select, task) {
  if (!task) return;
  select(board, task);
  const bar = board.timeline.itemSet.items[task.id]?.dom?.box;
  bar?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.getElementById("board-says").textContent = text("task", {
    item: `${task.item} ${task.title}`, task: task.task, who: task.who,
    start: moment(task.startTime), finish: moment(task.finishTime),
  });
}
