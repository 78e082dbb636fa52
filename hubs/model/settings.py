"""What owners can set of a hub, and what each setting may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from babel import Locale, UnknownLocaleError

from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.names import as_channel, as_list, as_repository, is_name, one_line
from hubs.model.words import gettext_noop

#: How many colours avatars have, in ``static/src/styles/_avatar.scss``.
TINTS = 16
#: The colours there are for the head of a hub, in ``static/src/styles/_settings.scss``; the first
#: is that of all other pages.
BANNERS = ("", "freedom", "friends", "features", "first", "slate")
#: Fedora's regions; a hub without one is of all the world.
REGIONS = ("", "NA", "LATAM", "EMEA", "APAC")
#: A setting of a team that says what feeds it is under this, as in ``sources.packages``.
SOURCES = "sources."
#: The longest texts, characters.
LONGEST = {"title": 120, "summary": 500, "requirements": 4000, "chat": 200, "list": 200}
#: The most tags, and the longest of them.
TAGS, LONGEST_TAG = 12, 40
_TOO_LONG = gettext_noop("This is too long: at most {value} characters.")
#: The most of one kind of source.
MOST_SOURCES = 500


class ProblemError(Exception):
    """A value cannot be set.

    Attributes:
        text: What is wrong with it, marked by `gettext_noop`; may have ``{value}`` in it.
        value: What stands for that.
    """

    def __init__(self, text: str, value: object = "") -> None:
        """Say what is wrong.

        Args:
            text: See `ProblemError`.
            value: See `ProblemError`.
        """
        self.text = text
        self.value = one_line(str(value))[:80]
        super().__init__(self.text.format(value=self.value))


class SettingsError(Exception):
    """Some settings cannot be made.

    Attributes:
        problems: What is wrong, by the name of the setting.
    """

    def __init__(self, problems: Mapping[str, ProblemError]) -> None:
        """Say what is wrong.

        Args:
            problems: See `SettingsError`.
        """
        super().__init__("; ".join(f"{key}: {problem}" for key, problem in problems.items()))
        self.problems = problems


@attrs.frozen
class Setting:
    """One thing that can be set.

    Attributes:
        clean: Makes what somebody gave fit to be kept; raises `ProblemError`.
        empty: Its value where nothing is set.
        of_teams: Whether only teams have it.
    """

    clean: Callable[[object], Any]
    empty: Any = ""
    of_teams: bool = False


def settings_of(hub: Hub) -> dict[str, Any]:
    """Give all that can be set of a hub, as it is.

    Args:
        hub: It.

    Returns:
        Values by name; lists where there are several, and texts.
    """
    columns = {
        "title": hub.title,
        "summary": hub.summary,
        "visibility": hub.visibility.value,
        "archived": hub.archived,
    }
    sources = hub.config.get("sources", {})
    values = {}
    for key, setting in settings_for(hub.type).items():
        if key.startswith(SOURCES):
            values[key] = sources.get(key.removeprefix(SOURCES), ())
        else:
            found = columns.get(key, hub.config.get(key))
            values[key] = setting.empty if found is None else found
        if isinstance(setting.empty, list):
            values[key] = list(values[key])
    return values


def with_settings(hub: Hub, values: Mapping[str, Any]) -> Hub:
    """Give a hub as it is once some things are set.

    Args:
        hub: It.
        values: As `check` gives them.

    Returns:
        It.
    """
    config, sources = dict(hub.config), dict(hub.config.get("sources", {}))
    columns: dict[str, Any] = {}
    for key, value in values.items():
        if key == "visibility":
            columns[key] = Visibility(value)
        elif key in {"title", "summary"}:
            columns[key] = value
        elif key.startswith(SOURCES):
            sources[key.removeprefix(SOURCES)] = value
        else:
            config[key] = value
    # What says nothing is not kept.
    config["sources"] = {key: value for key, value in sources.items() if value}
    empty = {key: setting.empty for key, setting in _SETTINGS.items()} | {"sources": {}}
    config = {key: value for key, value in config.items() if value != empty.get(key)}
    return attrs.evolve(hub, config=config, **columns)


def check(hub_type: HubType, wanted: Mapping[str, object]) -> dict[str, Any]:
    """Make what somebody wants to set fit to be kept.

    Args:
        hub_type: Whose hub.
        wanted: Any of the settings, by name.

    Returns:
        Values by name.

    Raises:
        SettingsError: Some of it cannot be; all that is wrong is in it.
    """
    known = settings_for(hub_type)
    values: dict[str, Any] = {}
    problems: dict[str, ProblemError] = {}
    for key, value in wanted.items():
        try:
            values[key] = known.get(key, _UNKNOWN).clean(value)
        except ProblemError as problem:
            problems[key] = problem
    if problems:
        raise SettingsError(problems)
    return values


def settings_for(hub_type: HubType) -> dict[str, Setting]:
    """Give the settings that a kind of hub has, by name.

    Args:
        hub_type: Whose hub.

    Returns:
        Them, in the order in which people think of them.
    """
    is_team = hub_type is HubType.TEAM
    return {key: one for key, one in _SETTINGS.items() if is_team or not one.of_teams}


def _text(longest: int, *, needed: bool = False, lines: bool = False) -> Callable[[object], str]:
    def clean(value: object) -> str:
        given = _as_text(value)
        parts = given.replace("\r\n", "\n").split("\n") if lines else [given]
        # In Markdown, spaces at the ends of a line mean something.
        text = "\n".join(map(_kept, parts)).strip() if lines else one_line(given)
        if len(text) > longest:
            raise ProblemError(_TOO_LONG, longest)
        if needed and not text:
            raise ProblemError(gettext_noop("This cannot be empty."))
        return text

    return clean


def _kept(line: str) -> str:
    return "".join(one for one in line if one == "\t" or one.isprintable())


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ProblemError(gettext_noop("Expected text, got {value}."), value)
    if "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
        raise ProblemError(gettext_noop("This is not text that can be kept."))
    return value


def _one_of(*allowed: str) -> Callable[[object], str]:
    def clean(value: object) -> str:
        if value not in allowed:
            raise ProblemError(gettext_noop("“{value}” cannot be chosen here."), value)
        return str(value)

    return clean


def _several(one: Callable[[str], str], most: int, expected: str) -> Callable[[object], list[str]]:
    """Give what cleans a list of names, each kept once.

    Args:
        one: Gives a name as it is kept; empty for what can be none.
        most: How many there may be.
        expected: Says which one is wrong and what was expected.
    """

    def clean(value: object) -> list[str]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise ProblemError(gettext_noop("Expected a list, got {value}."), value)
        given = [line for line in map(one_line, map(_as_text, value)) if line]
        kept = [(line, one(line)) for line in given]
        for line, name in kept:
            if not name:
                raise ProblemError(expected, line)
        names = list(dict.fromkeys(name for _, name in kept))
        if len(names) > most:
            raise ProblemError(gettext_noop("This is too much: at most {value}."), most)
        return names

    return clean


def _tint(value: object) -> int | None:
    if value is None or (type(value) is int and 0 <= value < TINTS):
        return value
    raise ProblemError(gettext_noop("“{value}” cannot be chosen here."), value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ProblemError(gettext_noop("Expected true or false, got {value}."), value)
    return value


def _language(value: object) -> str:
    tag = one_line(_as_text(value))
    try:
        return tag and str(Locale.parse(tag, sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError):
        raise ProblemError(
            gettext_noop("“{value}” is no language; expected a tag such as de or pt-BR."), tag
        ) from None


def _chat(value: object) -> str:
    text = one_line(_as_text(value))
    if not text or as_channel(text):
        return as_channel(text)
    return _link(
        text,
        gettext_noop(
            "Expected a room or channel such as #hubs:fedora.im, or an address with https."
        ),
    )


def _list(value: object) -> str:
    text = one_line(_as_text(value))
    if not text or as_list(text):
        return as_list(text)
    return _link(
        text, gettext_noop("Expected a list such as devel@lists.example, or an address with https.")
    )


def _link(text: str, expected: str) -> str:
    host = text.removeprefix("https://").partition("/")[0]
    if not text.startswith("https://") or " " in text or '"' in text or "." not in host:
        raise ProblemError(expected)
    if len(text) > LONGEST["chat"]:
        raise ProblemError(_TOO_LONG, LONGEST["chat"])
    return text


def _tag(text: str) -> str:
    return text if len(text) <= LONGEST_TAG and "," not in text else ""


def _name(text: str) -> str:
    return text if is_name(text) else ""


def _words(text: str) -> str:
    return text if len(text) <= LONGEST["chat"] else ""


def _source(one: Callable[[str], str], expected: str) -> Setting:
    return Setting(_several(one, MOST_SOURCES, expected), empty=[], of_teams=True)


def _refuse(value: object) -> None:
    del value
    raise ProblemError(gettext_noop("There is no such setting here."))


_UNKNOWN = Setting(_refuse)
_SETTINGS: Mapping[str, Setting] = {
    "title": Setting(_text(LONGEST["title"], needed=True)),
    "summary": Setting(_text(LONGEST["summary"])),
    "tags": Setting(
        _several(_tag, TAGS, gettext_noop("“{value}” is too long for a tag, or has a comma.")),
        empty=[],
    ),
    "language": Setting(_language),
    "region": Setting(_one_of(*REGIONS)),
    "chat": Setting(_chat),
    "list": Setting(_list),
    "requirements": Setting(_text(LONGEST["requirements"], lines=True), of_teams=True),
    "banner": Setting(_one_of(*BANNERS)),
    "tint": Setting(_tint, empty=None, of_teams=True),
    "visibility": Setting(_one_of(*(one.value for one in Visibility))),
    "archived": Setting(_boolean, empty=False, of_teams=True),
    "sources.groups": _source(
        _name, gettext_noop("“{value}” is no name of a group; expected one such as infra-sig.")
    ),
    "sources.repositories": _source(
        as_repository,
        gettext_noop("“{value}” is no repository; expected one such as github.com/owner/name."),
    ),
    "sources.packages": _source(
        _name, gettext_noop("“{value}” is no name of a package; expected one such as kernel.")
    ),
    "sources.lists": _source(
        as_list, gettext_noop("“{value}” is no list; expected one such as devel@lists.example.")
    ),
    "sources.channels": _source(
        as_channel,
        gettext_noop("“{value}” is no room or channel; expected one such as #hubs:fedora.im."),
    ),
    "sources.calendars": _source(
        _words, gettext_noop("“{value}” is too long for the name of a calendar.")
    ),
    "sources.tags": _source(_words, gettext_noop("“{value}” is too long for a tag of the forum.")),
    "sources.topics": _source(
        _name, gettext_noop("“{value}” is no topic; expected one such as bodhi.update.")
    ),
}
