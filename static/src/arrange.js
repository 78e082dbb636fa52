// Arranging widgets with the mouse, a finger or the arrow keys, and configuring them in a dialogue. All of it
// presses buttons of forms that are on the page, and work without this as well.
import Sortable from "sortablejs";

const layout = document.querySelector("[data-layout]");
const dialogue = document.getElementById("dialogue");
const STEPS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "across", ArrowRight: "across" };
let dragging = false;
let focused = "";
// The requests of one's own changes, whether news are asked for, and whether some could not be shown.
let changes = [];
let asked = false;
let missed = false;

// A request is not sent or aborted at 0 and answered at DONE; between them, one waits for it. Its own state
// is asked, since who sent it may have left the page with the answer.
function changing() {
  changes = changes.filter(({ readyState, DONE }) => readyState % DONE);
  return changes.length > 0;
}

function catchUp() {
  if (!missed || dragging || changing()) return;
  missed = false;
  layout.dispatchEvent(new Event("sse:layout"));
}

function drop({ item, to, newIndex, from, oldIndex }) {
  dragging = false;
  if (to === from && newIndex === oldIndex) {
    catchUp();
    return;
  }
  const button = item.querySelector("[data-drop]");
  button.value = `${to.dataset.column}:${newIndex}`;
  // By a click, since htmx goes by the button that was clicked last.
  button.click();
}

function prepare() {
  for (const column of document.querySelectorAll("[data-column]")) {
    if (Sortable.get(column)) continue;
    new Sortable(column, {
      group: "cards",
      handle: "[data-handle]",
      draggable: "[data-card]",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      // The same way for a mouse, a finger and a pen.
      forceFallback: true,
      fallbackOnBody: true,
      ghostClass: "card-ghost",
      fallbackClass: "card-dragged",
      onStart: () => (dragging = true),
      onEnd: drop,
    });
  }
}

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  const step = handle && STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const button = document.getElementById(handle.id.replace("handle", step));
  if (button.disabled) return;
  button.click();
});

// Who has the focus on a card keeps it, wherever the card goes; who removes one can undo that at once.
function keepFocus() {
  if (focused && document.activeElement === document.body) {
    const handle = focused.replace(/^[a-z]+/, "handle");
    const places = [`#${focused}`, `#${handle}`, "#board-notice button"];
    const found = places.map((place) => document.querySelector(place));
    found.find((one) => one && !one.disabled)?.focus();
  }
  focused = "";
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (document.activeElement.closest("#board")) focused = document.activeElement.id;
  // What somebody holds in the hand does not change under it; when they let go, they get the news.
  if (dragging && detail.target.id === "board-columns") {
    detail.shouldSwap = false;
    missed = true;
  }
  // That somebody else was faster is an answer, too.
  if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
});

// News that come before the answer to a change of one's own would take away the button that asks, and with
// it the answer; those that come after it may be older. So they wait for it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target, xhr } = event.detail;
  if (target.id === "board") {
    changes.push(xhr);
    missed ||= asked;
    layout.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
  } else if (elt === layout) {
    asked = !changing();
    if (asked) return;
    missed = true;
    event.preventDefault();
  }
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
  if (elt === layout) asked = false;
  catchUp();
});

document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target.id === "dialogue-inside") dialogue.showModal();
  if (target.id !== "board") return;
  dialogue.close();
  document.getElementById("board-failed").hidden = true;
});

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail: { target } }) => {
    if (target.id === "board") document.getElementById("board-failed").hidden = false;
  });
}

document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  prepare();
  for (const error of document.querySelectorAll("[data-error]")) {
    const field = document.getElementById(error.id.replace(/-error$/, ""));
    if (error.textContent) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  if (target.id.startsWith("board")) keepFocus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#dialogue [data-close]")) return;
  event.preventDefault();
  dialogue.close();
});

document.documentElement.classList.add("arranges");
prepare();
