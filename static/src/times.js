// Times in the reader's zone, and "5 minutes ago" kept true.
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RELATIVE_DAYS = 7;
// As the server writes them.
const { lang: language, dataset: words } = document.documentElement;
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });

function age(then) {
  const seconds = Math.max(0, Date.now() - then) / 1000;
  if (seconds < MINUTE) return words.justNow;
  if (seconds < HOUR) return relative.format(-Math.floor(seconds / MINUTE), "minute");
  if (seconds < DAY) return relative.format(-Math.floor(seconds / HOUR), "hour");
  if (seconds < RELATIVE_DAYS * DAY) return relative.format(-Math.floor(seconds / DAY), "day");
  return date.format(then);
}

function show(root) {
  for (const time of root.querySelectorAll("time[data-age]")) {
    const then = new Date(time.dateTime);
    time.title = exact.format(then);
    const text = age(then);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const time of root.querySelectorAll("time[data-clock]")) {
    const then = new Date(time.dateTime);
    time.title = exact.format(then);
    time.textContent = clock.format(then);
  }
  for (const time of root.querySelectorAll("time[data-moment]")) {
    time.textContent = exact.format(new Date(time.dateTime));
  }
  // What is only true for a while; without a beginning, it is so already.
  for (const part of root.querySelectorAll("[data-until]")) {
    const { from, until } = part.dataset;
    const now = Date.now();
    part.hidden = Date.parse(until) <= now || (from !== undefined && now < Date.parse(from));
  }
}

function showZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zone;
}

document.addEventListener("htmx:afterSwap", ({ target }) => show(target));
document.addEventListener("visibilitychange", () => show(document));
setInterval(() => document.hidden || show(document), MINUTE * 1000 / 2);
show(document);
showZone();
