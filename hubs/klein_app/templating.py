"""Jinja2 with what all templates may use: assets, times, avatars."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from twisted.internet.interfaces import IReactorTime

from hubs.klein_app import times
from hubs.klein_app.assets import Assets
from hubs.widgets.registry import Registry, template_source

#: How many colours avatars have, in ``static/src/styles/_avatar.scss``.
TINTS = 16


class Templates:
    """Turns values into HTML."""

    def __init__(self, registry: Registry, assets: Assets, clock: IReactorTime) -> None:
        """Read the templates of the widgets; our own are read when they are first used.

        Args:
            registry: The widgets there are.
            assets: The built front end.
            clock: What time is.
        """
        widgets = {
            widget_template(name): template_source(widget)
            for name, widget in registry.widgets.items()
        }
        self._environment = Environment(
            loader=ChoiceLoader([PackageLoader("hubs.klein_app"), DictLoader(widgets)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=assets.path)
        self._environment.filters.update(
            age=lambda time: times.age(time, clock.seconds()),
            date=times.date,
            day_name=lambda day: times.day_name(day, clock.seconds()),
            exact=times.exact,
            initials=initials,
            iso=times.iso,
            tint=tint,
        )

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """Fill in a template.

        Args:
            name: Its name, as in ``hub.html``.
            values: Its variables.

        Returns:
            HTML.

        Raises:
            jinja2.TemplateError: The template is wrong, or uses what is not there.
        """
        return self._environment.get_template(name).render(values)


def widget_template(plugin: str) -> str:
    """Give the name under which the template of a widget is found.

    Args:
        plugin: The name of the widget's plug-in.

    Returns:
        A template's name.
    """
    return f"widgets/{plugin}.html"


def initials(name: str) -> str:
    """Give the letters that stand for a name.

    Args:
        name: As in ``Paper Crane`` or ``teacup``.

    Returns:
        The first letters of the first two words, or two of the only one, as in ``PC`` or ``TE``.
    """
    words = re.findall(r"[^\W_]+", name)
    letters = words[0][:2] if len(words) == 1 else "".join(word[0] for word in words[:2])
    return letters.upper() or "?"


def tint(name: str) -> int:
    """Choose a colour by a name, the same one every time.

    Args:
        name: Any text.

    Returns:
        The number of a colour.
    """
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % TINTS
