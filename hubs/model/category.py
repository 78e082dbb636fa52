"""What an entry is about, as readers tell things apart: a word, an icon, a colour."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen
class Category:
    """A sort of things that happen.

    Attributes:
        label: What readers call it, in English; `make messages` finds it by its place, the first.
        icon: The name of its icon in ``static/src/icons.json``.
        accent: One of Fedora's foundations, ``freedom``, ``friends``, ``features`` or ``first``,
            whose colour it has; or ``blue``.
    """

    label: str
    icon: str
    accent: str

    @property
    def kind(self) -> str:
        """The name it is stored under, as in ``updates``."""
        return self.label.lower()


OTHER = Category("News", "lightning-charge", "blue")

#: All others, each with the services whose messages are of that sort.
CATEGORIES: Mapping[Category, str] = {
    Category("Code", "code-slash", "freedom"): "forgejo git github gitlab infragit pagure trac",
    Category("Bugs", "bug", "freedom"): "bugzilla faf",
    Category("Badges", "award", "friends"): "badges fedbadges",
    Category("Chat", "chat-dots", "friends"): "irc maubot matrix",
    Category("Mail", "envelope", "friends"): "mailman",
    Category("Meetings", "calendar-event", "friends"): "fedocal meetbot",
    Category("People", "person-plus", "friends"): "fas hubs noggin",
    Category("Votes", "megaphone", "friends"): "elections fedora_elections nuancier",
    Category("Discussion", "chat-dots", "friends"): "askbot discourse",
    Category("Packages", "box-seam", "features"): (
        "anitya fedoratagger hotness mdapi pkgdb release-monitoring"
    ),
    Category("Updates", "rocket-takeoff", "features"): "bodhi greenwave waiverdb",
    Category("Writing", "journal-text", "features"): "docs wiki",
    Category("Blogs", "rss", "features"): "planet",
    Category("Translation", "translate", "features"): "weblate zanata",
    Category("Builds", "hammer", "first"): "buildsys copr jenkins koschei mbs odcs",
    Category("Releases", "cloud-arrow-up", "first"): "compose fedimg pdc pungi releng",
    Category("Tests", "patch-check", "first"): (
        "autocloud ci kerneltest openqa rats resultsdb taskotron"
    ),
    Category("Infrastructure", "hdd-network", "blue"): "ansible mirrormanager nagios",
}

#: All there are, by their kind.
BY_KIND: Mapping[str, Category] = {one.kind: one for one in (*CATEGORIES, OTHER)}

_BY_SERVICE = {
    service: category for category, services in CATEGORIES.items() for service in services.split()
}


def category_of(service: str) -> Category:
    """Say what sort of thing a service tells of.

    Args:
        service: The first word of a topic, as in ``bodhi``.

    Returns:
        Its category, or one for all that is not known.
    """
    return _BY_SERVICE.get(service, OTHER)
