// Widgets, and which there are, are fetched again when their event comes: at most once a second each,
// and not while nobody looks.
import htmx from "./htmx.js";

const PAUSE = 1000;
const RETRY = 10000;
const lastRequest = new WeakMap();
const waiting = new Set();

function whenSeen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
}

function pauseBefore(widget) {
  const pause = (lastRequest.get(widget) ?? 0) + PAUSE - performance.now();
  return new Promise((over) => setTimeout(over, Math.max(0, pause)));
}

document.addEventListener("htmx:confirm", async (event) => {
  const widget = event.detail.elt;
  if (!widget.matches("[data-widget], [data-layout]")) return;
  event.preventDefault();
  // One that waits will bring what this one is about, too.
  if (waiting.has(widget)) return;
  waiting.add(widget);
  await whenSeen();
  await pauseBefore(widget);
  waiting.delete(widget);
  lastRequest.set(widget, performance.now());
  event.detail.issueRequest();
});

function tryLater({ detail: { elt, xhr } }) {
  const mayComeBack = !xhr.status || xhr.status >= 500;
  if (mayComeBack) setTimeout(() => htmx.trigger(elt, "sse:reload-all"), RETRY);
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, tryLater);
}
