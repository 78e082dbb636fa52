// The days of a feed as its reader has them; the server goes by those of UTC.
const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const day = { weekday: "long", day: "numeric", month: "long" };
const thisYear = new Intl.DateTimeFormat(language, day);
const otherYear = new Intl.DateTimeFormat(language, { ...day, year: "numeric" });
const capital = (text) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);

function nameOf(then) {
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (then.toDateString() === now.toDateString()) return capital(relative.format(0, "day"));
  if (then.toDateString() === yesterday.toDateString()) return capital(relative.format(-1, "day"));
  return (then.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(then);
}

function regroup(days) {
  const [heading, list] = days.children;
  const parts = [];
  let last = "";
  for (const entry of days.querySelectorAll(":scope > ol > li")) {
    const name = nameOf(new Date(entry.querySelector("time").dateTime));
    if (name !== last) {
      parts.push(heading.cloneNode(), list.cloneNode());
      parts.at(-2).textContent = last = name;
    }
    parts.at(-1).append(entry);
  }
  days.replaceChildren(...parts);
}

const regroupAll = (root) => root.querySelectorAll("[data-days]").forEach(regroup);

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.serverResponse.includes("data-days")) return;
  const fragment = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  regroupAll(fragment);
  detail.serverResponse = fragment.body.innerHTML;
});
regroupAll(document);
