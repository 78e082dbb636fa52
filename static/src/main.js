// Everything a page runs.
import "./htmx.js";
import "htmx-ext-sse";
import "idiomorph/htmx";
import "./requests.js";
import "./news.js";
import "./place.js";
import "./connection.js";
import "./folds.js";
import "./days.js";
import "./times.js";
import "./menu.js";
import "./stream.js";
import "./order.js";
