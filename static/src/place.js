// What somebody reads stays where it is when something above it changes.
let anchor = null;
let top = 0;

const placeOf = (element) => element.getBoundingClientRect();

function firstInView() {
  const entries = document.querySelectorAll("[data-entry]");
  const widgets = document.querySelectorAll("[data-widget]");
  return [...entries, ...widgets].find((element) => placeOf(element).bottom > 0);
}

document.addEventListener("htmx:beforeSwap", () => {
  // Who is at the top of the page wants to see what comes.
  anchor = scrollY > 0 ? firstInView() : null;
  if (anchor) top = placeOf(anchor).top;
});

document.addEventListener("htmx:afterSwap", () => {
  if (anchor?.isConnected) scrollBy({ top: placeOf(anchor).top - top, behavior: "instant" });
  anchor = null;
});
