// What a reader has unfolded stays so when the widget around it is fetched again.
import { Idiomorph } from "idiomorph/htmx";

Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) =>
  !(name === "open" && element.localName === "details");
