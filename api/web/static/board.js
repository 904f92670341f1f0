// The sprint board: a row a specialist on the working clock. A working day is a day of the timeline, whatever the wall
// says in between: nights and weekends take no room.
import { calendarDay, calendarLongDay, calendarMonth, moment } from "./times.js";
import { drawArrows } from "./arrows.js";
import { steer } from "./steer.js";
import { say, text } from "./words.js";

const DAY = 86_400_000;
const EPOCH = Date.UTC(2001, 0, 1); // a Monday
const ALL_DIRECTIONS = 30;
const LABEL = 48; // pixels of a day's label
const STEPS = [1, 2, 5, 10];
const ROOM = 0.01; // of the sprint, before and after it
const NARROW = 640; // pixels: on a phone the whole sprint would be a row of slivers
let board = null;

export function showBoard(page, { post, openItem }, anew = false) {
  const data = document.getElementById("board-data");
  const place = document.getElementById("timeline");
  if (!data || !place) {
    board?.timeline.destroy();
    board = null;
    return;
  }
  if (board?.place !== place) {
    board?.timeline.destroy();
    board = create(place, JSON.parse(data.textContent));
  }
  board.post = post;
  board.openItem = openItem;
  if (anew || board.shown !== data) fill(board, JSON.parse(data.textContent));
  board.shown = data;
  tools(board);
  acceptLeftOut(board);
}

const dayOf = (board, when) => Math.floor((when - EPOCH) / DAY);
const toTime = (board, tick) => EPOCH + (tick * DAY) / board.data.ticksPerDay;
const toTick = (board, time) => Math.round(((time - EPOCH) * board.data.ticksPerDay) / DAY);

function create(place, { mayPlan }) {
  const board = { place, items: new vis.DataSet(), groups: new vis.DataSet(), data: null };
  const label = (date, form) => axisLabel(board, date.valueOf(), form);
  board.timeline = new vis.Timeline(place, board.items, board.groups, {
    moment: (date) => vis.moment(date).utc(),
    stack: false,
    orientation: "top",
    margin: { item: { horizontal: 0, vertical: 8 }, axis: 4 },
    verticalScroll: true,
    zoomKey: "ctrlKey",
    horizontalScroll: false,
    maxHeight: "62vh",
    showCurrentTime: false,
    showTooltips: false,
    selectable: true,
    multiselect: false,
    editable: mayPlan && { updateTime: true, updateGroup: true },
    itemsAlwaysDraggable: { item: mayPlan, range: false },
    groupOrder: "order",
    dataAttributes: ["bar"],
    groupTemplate: (group) => group && groupLabel(group),
    template: (item) => item && item.what && taskLabel(item.what),
    format: { minorLabels: (date, scale) => label(date, scale), majorLabels: (date, scale) => label(date, `major-${scale}`) },
    onMove: (item, done) => moved(board, item, done),
    onMoving: (item, done) => moving(board, item, done),
  });
  // A drag straight up or down is a drag, too (visjs/vis #3003); reaches into the library, whose version is pinned.
  board.timeline.itemSet.hammer.get("pan").set({ direction: ALL_DIRECTIONS });
  board.timeline.initialFitDone = true; // what is shown first is ours to say, in fill
  board.arrows = drawArrows(board.timeline);
  board.timeline.on("changed", () => requestAnimationFrame(() => scaleAxis(board)));
  board.timeline.on("select", ({ items, event }) => {
    const task = board.tasks?.get(items[0]);
    select(board, task ?? null);
    if (task && event?.type === "tap") board.openItem(task.item);
  });
  steer(board, select);
  return board;
}

function fill(board, data) {
  const horizonChanged = board.data?.days.length !== data.days.length;
  board.data = data;
  board.tasks = new Map(data.tasks.map((task) => [task.id, task]));
  board.people = new Map(data.people.map((person) => [person.name, person]));
  update(board.groups, data.people.map((person, order) => ({ id: person.name, content: person.name, order, person, used: person.used })));
  const bars = data.tasks.map((task) => ({
    id: task.id, bar: task.id, group: task.who, what: task, type: "range",
    start: toTime(board, task.start), end: toTime(board, task.finish),
    className: classOf(board, task),
    title: undefined,
  }));
  const away = data.people.flatMap((person) => person.away.map(([from, to], place) => ({
    id: `away/${person.name}/${place}`, group: person.name, type: "background", className: "away", content: "",
    start: toTime(board, from), end: toTime(board, to), editable: false,
  })));
  update(board.items, [...away, ...bars]);
  const end = toTime(board, data.days.length * data.ticksPerDay);
  const room = ROOM * (end - EPOCH);
  board.timeline.setOptions({ min: EPOCH - room, max: end + room, zoomMin: DAY / 4, zoomMax: end - EPOCH + 2 * room });
  const show = (until) => board.timeline.setWindow(EPOCH - room, until + room, { animation: false });
  board.fit = () => show(end);
  if (horizonChanged) show(innerWidth < NARROW ? Math.min(end, EPOCH + 3 * DAY) : end);
  marks(board);
  board.arrows.set(data.arrows, dates(board));
}

// Only what differs is touched: nothing flickers when a plan changes.
function update(set, entries) {
  const wanted = new Set(entries.map((entry) => entry.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(entries);
}

function marks(board) {
  for (const id of board.marks ?? []) board.timeline.removeCustomTime(id);
  board.marks = [];
  const mark = (tick, id) => {
    board.timeline.addCustomTime(toTime(board, tick), id);
    board.marks.push(id);
  };
  if (board.data.now !== null) {
    mark(board.data.now, "now");
    board.timeline.setCustomTimeMarker(text("today"), "now", false);
  }
  for (const [place, tick] of board.data.sprintEnds.slice(0, -1).entries()) mark(tick, `sprint-${place}`);
}

// Deadlines and due dates of planned items, at the end of their day.
function dates(board) {
  const days = board.data.days.map((day) => day.date);
  const end = (date) => days.filter((day) => day <= date).length * board.data.ticksPerDay;
  const last = new Map();
  for (const task of board.data.tasks) {
    if (!last.has(task.item) || task.finish > last.get(task.item).finish) last.set(task.item, task);
  }
  return [...last.values()].flatMap((task) => ["deadline", "due"].filter((kind) => task[kind] && task[kind] <= days.at(-1)).map((kind) => ({
    kind, task: task.id, time: toTime(board, end(task[kind])), label: text(kind, { day: calendarLongDay(task[kind]) }),
  })));
}

function groupLabel(group) {
  const box = document.createElement("div");
  box.className = "who";
  const name = document.createElement("span");
  name.textContent = group.person.name;
  const meter = document.createElement("meter");
  meter.value = Math.min(1, group.used);
  const used = document.createElement("span");
  used.className = "quiet";
  used.textContent = `${Math.round(100 * group.used)} %`;
  meter.setAttribute("aria-label", used.textContent);
  box.append(name, meter, used);
  box.title = group.person.skills.join(", ");
  return box;
}

function taskLabel(task) {
  const box = document.createElement("div");
  box.className = "label";
  const id = document.createElement("span");
  id.className = "id";
  id.textContent = task.short;
  box.append(id, ` ${task.title}`);
  box.title = [
    `${task.item} ${task.title}`,
    [task.skill ?? task.task, `${task.effort} ${board?.data.unit ?? ""}`, task.who].join(" · "),
    `${moment(task.startTime)} – ${moment(task.finishTime)}`,
    ...["deadline", "due"].filter((kind) => task[kind]).map((kind) => text(kind, { day: calendarLongDay(task[kind]) })),
  ].join("\n");
  return box;
}

// As many days between two labels as leave room for them; hours where one looks closely.
function scaleAxis(board) {
  const { start, end } = board.timeline.getWindow();
  const width = board.timeline.body.domProps.center.width / ((end - start) / DAY);
  const axis = width > 420 ? { scale: "hour", step: 6 } : { scale: "day", step: STEPS.find((step) => step * width > LABEL) ?? STEPS.at(-1) };
  if (board.axis?.scale === axis.scale && board.axis?.step === axis.step) return;
  board.axis = axis;
  board.timeline.setOptions({ timeAxis: axis });
}

function axisLabel(board, time, form) {
  if (!board.data) return "";
  const day = board.data.days[dayOf(board, time)];
  if (!day) return "";
  if (form === "major-day" || form === "major-weekday" || form === "major-month" || form === "major-year") return calendarMonth(day.date);
  if (form.startsWith("major-")) return calendarLongDay(day.date);
  if (["day", "weekday", "week", "month", "year"].includes(form)) return calendarDay(day.date);
  const after = board.data.dayHours * ((time - EPOCH) % DAY) / DAY;
  return moment(new Date(new Date(day.begins).getTime() + after * 3_600_000).toISOString(), "time");
}

// A choice by hand -----------------------------------------------------------------------------------------------------

function target(board, item) {
  const task = board.tasks.get(item.id);
  const person = board.people.get(item.group);
  const days = board.data.days.length;
  const shift = Math.round((toTick(board, item.start.valueOf()) - task.start) / board.data.ticksPerDay);
  const day = Math.min(days - 1, Math.max(0, Math.floor(task.start / board.data.ticksPerDay) + shift));
  return {
    task, person,
    able: task.skill === null || person.skills.includes(task.skill),
    day: shift === 0 ? null : board.data.days[day],
    specialist: item.group === task.who ? null : item.group,
  };
}

function moving(board, item, done) {
  const to = target(board, item);
  const day = to.day ?? board.data.days[Math.floor(to.task.start / board.data.ticksPerDay)];
  document.getElementById("board-says").textContent = to.able
    ? text("moving", { item: to.task.item, who: item.group, day: calendarLongDay(day.date) })
    : text("cannot", { who: item.group, skill: to.task.skill });
  board.place.classList.toggle("refuses", !to.able);
  done(item);
}

function moved(board, item, done) {
  const to = target(board, item);
  board.place.classList.remove("refuses");
  setTimeout(() => { document.getElementById("board-says").textContent = ""; });
  if (!to.able || (!to.day && !to.specialist)) {
    if (!to.able) say(text("cannot", { who: item.group, skill: to.task.skill }));
    done(null);
    return;
  }
  done({ ...item, className: `${item.className} asked` });
  board.post("change/place", {
    item: to.task.item, task: to.task.task, specialist: to.specialist ?? "", start: to.day?.date ?? "",
  });
}

// The library drags whatever it has selected, so it is told of one task; that the others are of the same item, a class says.
export function select(board, task) {
  const own = new Set(task ? board.data.tasks.filter((one) => one.item === task.item).map((one) => one.id) : []);
  board.timeline.setSelection(task ? [task.id] : []);
  const marked = [...(board.own ?? []), ...own].filter((id) => board.tasks.has(id));
  board.own = own;
  board.chosen = task;
  board.items.update(marked.map((id) => ({ id, className: classOf(board, board.tasks.get(id)) })));
  board.arrows.highlight(own);
}

function classOf(board, task) {
  const more = [task.pinned && " pinned", board.own?.has(task.id) && " chosen"].filter(Boolean).join("");
  return `task t${task.type} h${task.theme}${more}`;
}

// What is left out can be dragged up: it is kept in the sprint of the day it is dropped on.
function acceptLeftOut(board) {
  for (const entry of document.querySelectorAll("[data-left-out]")) {
    entry.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("application/x-item", entry.dataset.leftOut);
      event.dataTransfer.effectAllowed = "move";
    });
  }
  if (board.accepts) return;
  board.accepts = true;
  const ours = (event) => event.dataTransfer.types.includes("application/x-item");
  board.place.addEventListener("dragover", (event) => {
    if (!ours(event)) return;
    event.preventDefault();
    board.place.classList.add("over");
  }, true);
  board.place.addEventListener("dragleave", () => board.place.classList.remove("over"));
  board.place.addEventListener("drop", (event) => {
    if (!ours(event)) return;
    event.preventDefault();
    event.stopPropagation();
    board.place.classList.remove("over");
    const { time } = board.timeline.getEventProperties(event);
    const tick = time ? toTick(board, time.valueOf()) : 0;
    const sprint = 1 + board.data.sprintEnds.filter((end) => end <= tick).length;
    board.post("change/keep", {
      item: event.dataTransfer.getData("application/x-item"), sprint: Math.min(sprint, board.data.sprintEnds.length),
    });
  }, true); // before the library, which takes every drop for its own
}

function tools(board) {
  const colour = document.querySelector("[data-colour]");
  const apply = () => {
    board.colour = colour.querySelector("input:checked").value;
    board.place.classList.toggle("by-type", board.colour === "type");
    board.place.classList.toggle("by-theme", board.colour === "theme");
    for (const legend of document.querySelectorAll("[data-legend]")) legend.hidden = legend.dataset.legend !== board.colour;
  };
  if (board.colour) colour.querySelector(`[value=${board.colour}]`).checked = true;
  colour.addEventListener("change", apply);
  apply();
  const arrows = document.querySelector("[data-arrows]");
  arrows.checked = board.arrows.shown;
  arrows.addEventListener("change", () => board.arrows.show(arrows.checked));
  const zoom = {
    in: () => board.timeline.zoomIn(0.4, { animation: false }),
    out: () => board.timeline.zoomOut(0.6, { animation: false }),
    fit: () => board.fit(),
  };
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", zoom[button.dataset.zoom]);
}
