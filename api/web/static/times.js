// Moments in the reader's own zone and language.
import { text } from "./words.js";

const page = document.documentElement.lang;
// The page's language as the reader writes it: en-GB puts days first.
const language = navigator.languages.find((name) => name.split("-")[0] === page) ?? page;
const FORMS = {
  day: { weekday: "short", day: "numeric", month: "short" },
  time: { hour: "2-digit", minute: "2-digit" },
  both: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
};
const formats = Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, new Intl.DateTimeFormat(language, form)]));
const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
const plainDay = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

export const moment = (iso, form = "both") => formats[form].format(new Date(iso));
// Days of the sprint's calendar are days wherever one reads them.
export const calendarDay = (date) => plainDay.format(new Date(`${date}T00:00:00Z`));
export const calendarLongDay = (date) => longDay.format(new Date(`${date}T00:00:00Z`));
export const calendarMonth = (date) => month.format(new Date(`${date}T00:00:00Z`));

export function showTimes(root) {
  for (const time of root.querySelectorAll("time[data-form]")) {
    const calendar = time.dataset.form === "calendar";
    time.textContent = calendar ? calendarLongDay(time.dateTime) : moment(time.dateTime, time.dataset.form);
    if (!calendar) time.title = moment(time.dateTime);
  }
  const zone = root.querySelector("[data-zone]");
  if (zone) zone.textContent = text("zone", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
}
