// htmx's extensions look for it in the window.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
// Streams may live at another origin, which a request with credentials would need leave of.
htmx.createEventSource = (url) => new EventSource(url);

export default htmx;
