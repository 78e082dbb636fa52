// A quiet mark while the event stream is lost. What was missed comes with the stream when it is back.
const PATIENCE = 3000;
let timer = 0;

const mark = () => document.getElementById("connection");

document.addEventListener("htmx:sseError", () => {
  timer ||= setTimeout(() => (mark().hidden = false), PATIENCE);
});

document.addEventListener("htmx:sseOpen", () => {
  clearTimeout(timer);
  timer = 0;
  mark().hidden = true;
});
