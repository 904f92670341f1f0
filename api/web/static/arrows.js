// Dependencies as curves, deadlines and due dates as flags, in one drawing above the board that never takes the pointer.
const SVG = "http://www.w3.org/2000/svg";

export function drawArrows(timeline) {
  const svg = document.createElementNS(SVG, "svg");
  svg.classList.add("arrows");
  svg.setAttribute("aria-hidden", "true");
  timeline.dom.center.append(svg);
  const drawing = { shown: true, arrows: [], flags: [], chosen: new Set() };
  let asked = false;
  const draw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      redraw(timeline, svg, drawing);
    });
  };
  timeline.on("changed", draw);
  drawing.set = (arrows, flags) => {
    Object.assign(drawing, { arrows, flags });
    draw();
  };
  drawing.show = (shown) => {
    drawing.shown = shown;
    draw();
  };
  drawing.highlight = (chosen) => {
    drawing.chosen = chosen;
    draw();
  };
  return drawing;
}

function redraw(timeline, svg, { shown, arrows, flags, chosen }) {
  const parts = [];
  if (shown) {
    for (const [from, to] of arrows) {
      const [start, end] = [box(timeline, from), box(timeline, to)];
      if (!start || !end) continue;
      const strong = chosen.has(from) || chosen.has(to);
      parts.push(shape("path", { d: curve(start, end), class: strong ? "arrow strong" : "arrow" }));
      parts.push(shape("path", { d: `M${end.left},${end.middle} l-6,-3.5 v7 z`, class: strong ? "head strong" : "head" }));
    }
  }
  for (const flag of flags) {
    const at = box(timeline, flag.task);
    if (!at) continue;
    const x = timeline.body.util.toScreen(new Date(flag.time));
    if (chosen.has(flag.task)) parts.push(shape("path", { d: `M${at.right},${at.middle} H${x}`, class: `slack ${flag.kind}` }));
    parts.push(shape("path", { d: `M${x},${at.top} V${at.top + at.height} M${x},${at.top} h-7 l2,3.5 l-2,3.5 h7`, class: `flag ${flag.kind}` }));
  }
  svg.replaceChildren(...parts);
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Where a bar stands in the drawing: reaches into the library, whose version is pinned.
function box(timeline, id) {
  const item = timeline.itemSet.items[id];
  if (!item?.parent) return null;
  const { toScreen } = timeline.body.util;
  const top = item.parent.top + (item.top ?? 0);
  const height = item.height || item.parent.height;
  const left = toScreen(new Date(item.data.start));
  return { left, right: toScreen(new Date(item.data.end)), top, height, middle: top + height / 2 };
}

function curve(start, end) {
  const [x1, y1, x2, y2] = [start.right, start.middle, end.left - 5, end.middle];
  const bend = Math.max(14, Math.min(60, Math.abs(x2 - x1) / 2));
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}
