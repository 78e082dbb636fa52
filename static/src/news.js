// New entries of a feed light up softly, and are told to screen readers, many of them in one sentence.
const GATHER = 1500;
const GLOW = 6000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const known = new WeakMap();
let news = [];
let timer = 0;

// What is inert is a preview.
const isNews = (entry) => !entry.closest("[inert]");
const entriesOf = (widget) => [...widget.querySelectorAll("[data-entry]")].filter(isNews);

// What is folded away is seen by what stands for it.
const seen = (entry) => entry.closest("details:not([open])")?.closest("li") ?? entry;

function glow(entry) {
  const lit = getComputedStyle(entry).getPropertyValue("--fresh");
  const easing = calm.matches ? "step-end" : "cubic-bezier(0.4, 0, 0.8, 1)";
  entry.animate([{ backgroundColor: lit }, { backgroundColor: "transparent" }], { duration: GLOW, easing });
}

function tell() {
  timer = 0;
  const place = document.getElementById("announcements");
  const words = news.length === 1 ? place.dataset.one : place.dataset.many;
  place.textContent = words.replace("{count}", news.length).replace("{sentence}", () => news[0]);
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
  new Set(fresh.map(seen)).forEach(glow);
  news.unshift(...fresh.map((entry) => entry.querySelector("[data-sentence]").textContent.trim()));
  if (fresh.length && !timer) timer = setTimeout(tell, GATHER);
});
