// A search while it runs: value and bound closing on each other; and a look now and then whether others changed something.
import { say, text } from "./words.js";

const LOOK_SECONDS = 10;
let source = null;
let following = null;

export function followJob(page, done) {
  const job = page?.dataset.job;
  if (job === following) return;
  source?.close();
  source = null;
  following = job;
  if (!job) return;
  const points = [];
  source = new EventSource(`/jobs/${job}/events`);
  const hear = (event) => {
    points.push(JSON.parse(event.data));
    draw(document.querySelector("[data-live]"), points);
  };
  const end = () => {
    source?.close();
    source = null;
    following = null;
    done();
  };
  source.addEventListener("incumbent", hear);
  source.addEventListener("bound", hear);
  source.addEventListener("done", end);
  // 204 says that the job has ended; anything else comes back by itself.
  source.addEventListener("error", () => { if (source?.readyState === EventSource.CLOSED) end(); });
}

const short = (number) => (number === null || number === undefined ? "–" : String(Math.round(number * 100) / 100));

function draw(live, points) {
  if (!live) return;
  const last = points.at(-1);
  const gap = last.gap === null ? "" : ` · ${text("gap")} ${(100 * last.gap).toFixed(1)} %`;
  live.querySelector("[data-figures]").textContent =
    `${text("best")} ${short(last.value)} · ${text("bound")} ${short(last.bound)}${gap}`;
  live.querySelector("[data-seconds]").textContent = `${last.seconds.toFixed(1)} s`;
  const known = points.flatMap((point) => [point.value, point.bound]).filter((one) => one !== null);
  if (!known.length) return;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (point) => (120 * point.seconds) / Math.max(last.seconds, 0.001);
  const y = (one) => (high === low ? 16 : 30 - (28 * (one - low)) / (high - low));
  for (const name of ["value", "bound"]) {
    const line = points.filter((point) => point[name] !== null).map((point) => `${x(point)},${y(point[name])}`);
    live.querySelector(`.${name}-line`).setAttribute("points", line.join(" "));
  }
}

// A message that offers to show the latest is left standing: replaced, its button would go from under the pointer.
const offered = () => document.querySelector("#messages button:not(.plain)");

export function watchVersion(page, reload) {
  let told = 0;
  setInterval(async () => {
    const { document: id, version } = page().dataset;
    if (!id || document.hidden) return;
    const answer = await fetch(`/s/${id}/version`).catch(() => null);
    if (!answer?.ok) return;
    const latest = (await answer.json()).version;
    if (latest <= Number(page().dataset.version) || latest === told || page().dataset.version !== version || offered()) return;
    told = latest;
    say(text("newer"), { label: text("reload"), action: reload });
  }, 1000 * LOOK_SECONDS);
}
