"""The forms by which owners set things about hubs: one for each part of the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField

from hubs.klein_app.forms import PageForm
from hubs.klein_app.setting_words import BANNER_NAMES, LABELS, REGION_NAMES, VISIBILITIES
from hubs.model.hub import HubType
from hubs.model.settings import LONGEST, SOURCES, TINTS, SettingsError, settings_for
from hubs.model.words import gettext_noop

#: What is offered; a hub may have another.
_LANGUAGES = (
    *("ar", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi"),
    *("fr", "gl", "gu", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kn", "ko", "lt", "lv"),
    *("ml", "mr", "nb", "nl", "pa", "pl", "pt-BR", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr"),
    *("sv", "ta", "te", "th", "tr", "uk", "vi", "zh-Hans-CN", "zh-Hant-TW"),
)


def _line(key: str) -> StringField:
    return StringField(LABELS[key], render_kw={"maxlength": LONGEST[key]})


def _lines(key: str) -> TextAreaField:
    return TextAreaField(LABELS[key], render_kw={"rows": 3, "spellcheck": "false"})


class SettingsForm(PageForm):
    """A part of the settings; its fields are named after them, with ``_`` for a dot."""

    version = HiddenField()

    @staticmethod
    def key_of(field: Field) -> str:
        """Give the name of the setting that a field is for."""
        name = str(field.short_name)
        return name.replace("sources_", SOURCES)

    def offer(self, hub_type: HubType, now: Mapping[str, Any]) -> None:
        """Leave only the fields that a kind of hub has, and offer what can be chosen.

        Args:
            hub_type: Whose hub.
            now: Its settings.
        """
        known = settings_for(hub_type)
        for field in self.settings():
            if self.key_of(field) not in known:
                del self[field.short_name]
            elif isinstance(field, SelectField):
                field.choices = self._choices(self.key_of(field), now)

    def _choices(self, key: str, now: Mapping[str, Any]) -> dict[str, str]:
        language = self.meta.language
        if key != "language":
            return {value: language.translate(label) for value, label in _OFFERED[key].items()}
        tags = {*_LANGUAGES, now["language"]} - {""}
        named = sorted((language.name_of(tag), tag) for tag in tags)
        return {"": language.translate(_ANY_LANGUAGE), **{tag: name for name, tag in named}}

    def settings(self) -> list[Field]:
        """Give the fields that are for a setting."""
        return [field for field in self if field.short_name != "version"]

    def show(self, now: Mapping[str, Any], version: int) -> None:
        """Fill in what is set.

        Args:
            now: The settings of the hub.
            version: Its version.
        """
        for field in self.settings():
            value = now[self.key_of(field)]
            field.data = _TYPED.get(self.key_of(field), _type)(value)
        self.version.data = str(version)

    def wanted(self) -> dict[str, Any]:
        """Give what was filled in, as `hubs.model.settings.check` wants it."""
        keys = {self.key_of(field): field.data or "" for field in self.settings()}
        return {key: _READ.get(key, _read(key))(data) for key, data in keys.items()}

    def tell(self, error: SettingsError) -> None:
        """Put what is wrong beside the fields.

        Args:
            error: It.
        """
        translate = self.meta.language.translate
        for field in self.settings():
            problem = error.problems.get(self.key_of(field))
            if problem is not None:
                field.errors = [translate(problem.text).format(value=problem.value)]


class GeneralForm(SettingsForm):
    """What a hub says of itself."""

    title = StringField(LABELS["title"], render_kw={"maxlength": LONGEST["title"], "required": ""})
    summary = TextAreaField(
        LABELS["summary"], render_kw={"maxlength": LONGEST["summary"], "rows": 2}
    )
    tags = StringField(LABELS["tags"])
    language = SelectField(LABELS["language"], validate_choice=False)
    region = SelectField(LABELS["region"], validate_choice=False)
    chat = _line("chat")
    list = _line("list")
    requirements = TextAreaField(
        LABELS["requirements"], render_kw={"maxlength": LONGEST["requirements"], "rows": 8}
    )


class LookForm(SettingsForm):
    """What the head of a hub looks like."""

    banner = RadioField(LABELS["banner"], validate_choice=False)
    tint = RadioField(LABELS["tint"], validate_choice=False)


class VisibilityForm(SettingsForm):
    """Who may see a hub."""

    visibility = RadioField(LABELS["visibility"], validate_choice=False)


class SourcesForm(SettingsForm):
    """What the feed of a team is about, one thing a line."""

    sources_groups = _lines("sources.groups")
    sources_repositories = _lines("sources.repositories")
    sources_packages = _lines("sources.packages")
    sources_lists = _lines("sources.lists")
    sources_channels = _lines("sources.channels")
    sources_calendars = _lines("sources.calendars")
    sources_tags = _lines("sources.tags")
    sources_topics = _lines("sources.topics")


class ArchiveForm(SettingsForm):
    """Whether a team is archived."""

    archived = HiddenField()


def _type(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _read(key: str) -> Callable[[str], Any]:
    return str.splitlines if key.startswith(SOURCES) else str


def _tint(data: str) -> int | str | None:
    if not data:
        return None
    return int(data) if data.isdecimal() and len(data) < len(str(TINTS)) + 1 else data


_ANY_LANGUAGE = gettext_noop("English, and others")
_OFFERED: Mapping[str, Mapping[str, str]] = {
    "region": REGION_NAMES,
    "banner": BANNER_NAMES,
    "visibility": VISIBILITIES,
    "tint": {"": "", **{str(tint): str(tint) for tint in range(TINTS)}},
}
#: How a value is typed, where it is not a text or a list with one thing a line.
_TYPED: Mapping[str, Callable[[Any], str]] = {
    "tags": ", ".join,
    "tint": lambda tint: "" if tint is None else str(tint),
    "archived": lambda archived: "yes" if archived else "",
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "tags": lambda typed: typed.split(","),
    "tint": _tint,
    "archived": lambda typed: typed == "yes",
}
