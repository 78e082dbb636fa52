"""What a widget looks like, before anybody puts it on a hub."""

from __future__ import annotations

from markupsafe import Markup
from twisted.logger import Logger

from hubs.klein_app.languages import Language
from hubs.klein_app.templating import Templates, widget_template
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.widgets.base import Widget

_log = Logger()


def preview(
    templates: Templates, kind: Widget, hub_type: HubType, language: Language, now: float
) -> Markup:
    """Draw a widget with invented data, by its own template.

    Neither the cache nor a store is read. What it draws has links and ids: whoever shows it on a
    page puts it into something that is ``inert``.

    Args:
        templates: That of the widget is among them.
        kind: The widget.
        hub_type: Whose hub it is drawn for.
        language: The reader's.
        now: The time that it is, seconds since the epoch.

    Returns:
        HTML; empty if it cannot be drawn, which is logged.
    """
    hub = Hub(0, hub_type, "sample", "Sample", "")
    try:
        values = {"hub": hub, "widget": WidgetInstance(0, 0, kind.name), **kind.sample(now)}
        html = templates.render(widget_template(kind.name), values, language)
    except Exception:
        # It may be that of another package: the catalogue shows the others.
        _log.failure("The preview of the widget {plugin} cannot be drawn", plugin=kind.name)
        return Markup("")
    # Its template escapes what it does not mean as HTML.
    return Markup(html)  # noqa: S704
