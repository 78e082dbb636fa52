"""The languages that pages speak, and which of them a reader gets."""

from __future__ import annotations

import importlib.resources
import io
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Literal

import attrs
from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

_CATALOGUE = ".po"


@attrs.frozen(eq=False)
class Language:
    """A language of pages.

    Attributes:
        locale: How it writes dates and numbers.
        translations: Its words.
    """

    locale: Locale
    translations: NullTranslations

    @property
    def tag(self) -> str:
        """Its name by RFC 5646, for the attribute ``lang``, as in ``en-GB``."""
        return str(self.locale).replace("_", "-")

    @property
    def name(self) -> str:
        """What those who speak it call it, as in ``Deutsch``."""
        return self.locale.get_language_name(self.locale) or self.tag

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way it is written, for the attribute ``dir``."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def name_of(self, tag: str) -> str:
        """Give the name of a language in this one.

        Args:
            tag: As in ``pt-BR``.

        Returns:
            As in ``Portuguese (Brazil)``; the tag itself if it is none.
        """
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.locale) or tag
        except (ValueError, UnknownLocaleError):
            return tag

    def translate(self, text: str) -> str:
        """Put a text that `hubs.model.words.gettext_noop` marked into this language.

        Args:
            text: English.

        Returns:
            The same if there is no translation.
        """
        # For nothing, gettext has the head of the catalogue.
        return self.translations.gettext(text) if text else ""


#: What all texts of ours are written in.
ENGLISH = Language(Locale("en", "GB"), NullTranslations())


@attrs.frozen
class Languages:
    """All languages.

    Attributes:
        by_name: Each by what browsers ask for, as in ``de`` or ``pt-br``.
    """

    by_name: Mapping[str, Language]

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Languages:
        """Read the catalogues.

        Args:
            folder: Where they are, one ``NAME.po`` a language; without it, ours.

        Returns:
            English and the languages that have a catalogue.
        """
        folder = folder or importlib.resources.files("hubs.klein_app") / "locales"
        found = {
            _name(path).replace("_", "-").lower(): _read(path)
            for path in sorted(folder.iterdir(), key=lambda path: path.name)
            if path.name.endswith(_CATALOGUE)
        }
        return cls({"en": ENGLISH, **found})

    def choose(self, accepted: str | None, *chosen: str) -> Language:
        """Choose the language that a reader likes best.

        Args:
            accepted: The header ``Accept-Language`` of their browser.
            chosen: Names of languages as in `by_name` that they chose here, the last choice first;
                what is none is passed over.

        Returns:
            English if we speak none of theirs.
        """
        for name in chosen:
            if name in self.by_name:
                return self.by_name[name]
        preferences = parse_accept_header(accepted, LanguageAccept)
        wanted = [tag.lower() for tag, quality in preferences if quality]
        return self.by_name[negotiate_locale(wanted, self.by_name, sep="-") or "en"]


def _name(path: Traversable) -> str:
    return path.name.removesuffix(_CATALOGUE)


def _read(path: Traversable) -> Language:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=_name(path))
    if catalogue.locale is None:
        raise ValueError(f"{path}: its name is that of no language")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(catalogue.locale, Translations(compiled))
