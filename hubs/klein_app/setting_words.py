"""What the settings of hubs are called, and how their values are said to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.klein_app.languages import Language
from hubs.model.words import gettext_noop

#: What stands beside each setting.
LABELS: Mapping[str, str] = {
    "title": gettext_noop("Name"),
    "summary": gettext_noop("In one sentence"),
    "tags": gettext_noop("Tags"),
    "language": gettext_noop("Language"),
    "region": gettext_noop("Region"),
    "chat": gettext_noop("Chat"),
    "list": gettext_noop("Mailing list or forum"),
    "requirements": gettext_noop("What you ask of those who want to join"),
    "banner": gettext_noop("Colour of the head"),
    "tint": gettext_noop("Colour of the avatar"),
    "visibility": gettext_noop("Who may see it"),
    "archived": gettext_noop("Archived"),
    "sources.groups": gettext_noop("Groups"),
    "sources.repositories": gettext_noop("Repositories"),
    "sources.packages": gettext_noop("Packages"),
    "sources.lists": gettext_noop("Mailing lists"),
    "sources.channels": gettext_noop("Rooms and channels"),
    "sources.calendars": gettext_noop("Calendars"),
    "sources.tags": gettext_noop("Tags of the forum"),
    "sources.topics": gettext_noop("Topics of the bus"),
}
VISIBILITIES: Mapping[str, str] = {
    "public": gettext_noop("Public"),
    "preview": gettext_noop("Preview"),
    "private": gettext_noop("Private"),
}
BANNER_NAMES: Mapping[str, str] = {
    "": gettext_noop("Fedora blue"),
    "freedom": gettext_noop("Violet"),
    "friends": gettext_noop("Magenta"),
    "features": gettext_noop("Amber"),
    "first": gettext_noop("Green"),
    "slate": gettext_noop("Slate"),
}
REGION_NAMES: Mapping[str, str] = {
    "": gettext_noop("Everywhere"),
    "NA": gettext_noop("North America (NA)"),
    "LATAM": gettext_noop("Latin America (LATAM)"),
    "EMEA": gettext_noop("Europe, Middle East and Africa (EMEA)"),
    "APAC": gettext_noop("Asia and the Pacific (APAC)"),
}
#: Stands where nothing is set.
_NOTHING = "\N{EM DASH}"
_CHOICES: Mapping[str, Mapping[Any, str]] = {
    "visibility": VISIBILITIES,
    "banner": BANNER_NAMES,
    "region": REGION_NAMES,
    "archived": {True: gettext_noop("yes"), False: gettext_noop("no")},
    "tint": {None: gettext_noop("by the name")},
}


def say_setting(key: str, value: Any, language: Language) -> str:
    """Say what a setting is.

    Args:
        key: Its name.
        value: Its value, as `hubs.model.settings.settings_of` gives it.
        language: The reader's.

    Returns:
        One line.
    """
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _NOTHING
    if key == "language" and value:
        return language.name_of(value)
    choice = _CHOICES.get(key, {}).get(value)
    return language.translate(choice) if choice else str(value) or _NOTHING
