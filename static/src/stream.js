// The keyboard in the stream: j and k go from card to card, o, s and h do what its buttons do.
const TYPING = "input, textarea, select, [contenteditable]";
const cards = () => [...document.querySelectorAll("[data-card]")];

function step(distance) {
  const all = cards();
  const at = all.findIndex((card) => card.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.min(Math.max(at + distance, 0), all.length - 1);
  all[next]?.focus();
}

const press = (selector) => document.activeElement.closest("[data-card]")?.querySelector(selector)?.click();

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: () => press("[data-entry-link]"),
  s: () => press("[data-save]"),
  h: () => press("[data-menu] > summary"),
};

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  if (held || !document.querySelector("[data-shortcuts]") || event.target.closest(TYPING)) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
