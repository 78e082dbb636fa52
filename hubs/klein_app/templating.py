"""Jinja2 with what all templates may use: words, assets, times, avatars."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from twisted.internet.interfaces import IReactorTime

from hubs.klein_app import times
from hubs.klein_app.assets import Assets
from hubs.klein_app.contacts import chat_link, list_link
from hubs.klein_app.languages import Language
from hubs.model.permissions import Action
from hubs.model.settings import TINTS
from hubs.widgets.registry import Registry, template_source


class Templates:
    """Turns values into HTML."""

    def __init__(
        self,
        registry: Registry,
        assets: Assets,
        clock: IReactorTime,
        others: Mapping[str, str] | None = None,
    ) -> None:
        """Read the templates of the widgets; our own are read when they are first used.

        Args:
            registry: The widgets there are.
            assets: The built front end.
            clock: What time is.
            others: Templates from elsewhere, by name.
        """
        widgets = {
            widget_template(name): template_source(widget)
            for name, widget in registry.widgets.items()
        }
        texts = DictLoader({**widgets, **(others or {})})
        self._loader = ChoiceLoader([PackageLoader("hubs.klein_app"), texts])
        self._assets = assets
        self._clock = clock
        self._environments: dict[Language, Environment] = {}

    def render(self, name: str, values: Mapping[str, Any], language: Language) -> str:
        """Fill in a template.

        Args:
            name: Its name, as in ``hub.html``.
            values: Its variables.
            language: The reader's.

        Returns:
            HTML.

        Raises:
            jinja2.TemplateError: The template is wrong, or uses what is not there.
        """
        if language not in self._environments:
            self._environments[language] = self._environment(language)
        return self._environments[language].get_template(name).render(values)

    def _environment(self, language: Language) -> Environment:
        environment = Environment(
            loader=self._loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            language.translations, newstyle=True
        )
        now = self._clock.seconds
        environment.globals.update(asset=self._assets.path, action=Action, language=language)
        environment.filters.update(
            chat_link=chat_link,
            list_link=list_link,
            age=lambda time: times.age(time, now(), language),
            clock=lambda time: times.clock(time, language),
            date=lambda day: times.date(day, language),
            day_name=lambda day: times.day_name(day, now(), language),
            exact=lambda time: times.exact(time, language),
            initials=initials,
            iso=times.iso,
            short_date=lambda day: times.short_date(day, language),
            language_name=language.name_of,
            tint=tint,
            translate=language.translate,
            without_scheme=lambda address: address.removeprefix("https://"),
        )
        return environment


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
