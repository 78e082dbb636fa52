// Hubs that are dragged into another order; without a mouse their buttons do the same.
import htmx from "./htmx.js";

let dragged = null;

function save(list) {
  const hubs = [...list.children].map((item) => item.dataset.hub).join(",");
  htmx.ajax("POST", list.dataset.order, { values: { hubs }, swap: "none" })
    .then(() => htmx.trigger(document.body, "bookmarks"));
}

document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = target.closest?.("[data-order] > [draggable]") ?? null;
  if (dragged) dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-order] > [draggable]");
  if (!dragged || !over || over.parentNode !== dragged.parentNode) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("dragend", () => {
  if (dragged) save(dragged.parentNode);
  dragged = null;
});

// Whoever moves a hub by its button keeps the button.
document.getElementById(location.hash.slice(1))?.focus();
