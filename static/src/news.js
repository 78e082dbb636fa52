// New entries of a feed light up softly, and are told to screen readers, many of them in one sentence.
const GATHER = 1500;
const GLOW = 6000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const known = new WeakMap();
let news = [];
let timer = 0;

const entriesOf = (widget) => [...widget.querySelectorAll("[data-entry]")];

function glow(entry) {
  const lit = getComputedStyle(entry).getPropertyValue("--fresh");
  const easing = calm.matches ? "step-end" : "cubic-bezier(0.4, 0, 0.8, 1)";
  entry.animate([{ backgroundColor: lit }, { backgroundColor: "transparent" }], { duration: GLOW, easing });
}

function tell() {
  timer = 0;
  const sentence = news.length === 1 ? `: ${news[0]}` : `, the latest: ${news[0]}`;
  const count = news.length === 1 ? "1 new entry" : `${news.length} new entries`;
  document.getElementById("announcements").textContent = count + sentence;
  news = [];
}

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  known.set(target, new Set(entriesOf(target).map((entry) => entry.id)));
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const before = known.get(target);
  if (!before) return;
  known.delete(target);
  const fresh = entriesOf(target).filter((entry) => !before.has(entry.id));
  fresh.forEach(glow);
  news.unshift(...fresh.map((entry) => entry.querySelector("[data-sentence]").textContent.trim()));
  if (fresh.length && !timer) timer = setTimeout(tell, GATHER);
});
