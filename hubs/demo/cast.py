"""The people of the demo, all of them invented, and what a team of theirs is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from hubs.model.hub import Column, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.widgets.defaults import placed, team_widgets


@attrs.frozen
class InventedPerson:
    """Somebody who does not exist.

    Attributes:
        username: Their account name.
        full_name: Their name as people say it.
        summary: One sentence on what they do.
        about: More of it, in Markdown.
        tells: What else their account says, as `hubs.accounts.toml_file` names it.
    """

    username: str
    full_name: str
    summary: str
    about: str
    tells: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def email(self) -> str:
        """Their mail address, at a host that cannot be."""
        return f"{self.username}@mail.example"


@attrs.frozen
class InventedTeam:
    """A team that does not exist.

    Attributes:
        name: Its short name.
        title: Its name as people say it.
        summary: One sentence on what it is for.
        about: What it does, how to join and when it meets, in Markdown.
        sources: What its feed is about, as `hubs.model.hub.SOURCE_PREFIXES` names it.
        owners: The account names of its owners.
        members: The account names of its other members.
        subscribers: The account names of who follows it.
        stargazers: The account names of who likes it.
        visibility: Who may see its hub.
        tags: What it is about, in a word each.
        language: What is spoken there, as RFC 5646 writes it; empty for English and others.
        region: Where it is; empty for all the world.
        requirements: What it asks of those who want to join, in Markdown.
        asking: Who asks to join, by account name, and what they say.
        mirrors: Whether it is the mirror of the first of its groups.
        note: What stands on a note above its feed, in Markdown; empty for none.
        more: Widgets that its owners have added, by name of their plug-in, each with its
            configuration.
    """

    name: str
    title: str
    summary: str
    about: str
    sources: Mapping[str, tuple[str, ...]]
    owners: tuple[str, ...]
    members: tuple[str, ...] = ()
    subscribers: tuple[str, ...] = ()
    stargazers: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    tags: tuple[str, ...] = ()
    language: str = ""
    region: str = ""
    requirements: str = ""
    asking: Mapping[str, str] = attrs.field(factory=dict)
    mirrors: bool = True
    note: str = ""
    more: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)

    def config(self) -> dict[str, Any]:
        """Give the configuration of its hub."""
        found = {
            "tags": list(self.tags),
            "language": self.language,
            "region": self.region,
            "requirements": self.requirements.strip(),
        }
        sources = {kind: list(names) for kind, names in self.sources.items()}
        return {"sources": sources, **{key: value for key, value in found.items() if value}}

    def widgets(self) -> list[WidgetInstance]:
        """Give its widgets, without numbers: those of every team, and what its owners added."""
        # Nobody outside knows their packages, and the demo asks nobody.
        has = {kind: names for kind, names in self.sources.items() if kind != "packages"}
        usual = team_widgets(self.about.strip(), has)
        main, side = (
            [(one.plugin, one.config) for one in usual if one.column is column] for column in Column
        )
        note = [("sticky", {"text": self.note.strip()})] if self.note else []
        return placed([*note, *main], [*side, *self.more.items()])

    def roles(self) -> Iterator[tuple[str, Role]]:
        """Give everybody's roles, as account name and role."""
        for role, usernames in (
            (Role.OWNER, self.owners),
            (Role.MEMBER, self.members),
            (Role.SUBSCRIBER, self.subscribers),
            (Role.STARGAZER, self.stargazers),
        ):
            for username in usernames:
                yield username, role


PEOPLE: tuple[InventedPerson, ...] = (
    InventedPerson(
        "teacup",
        "Barnaby Teacup",
        "Keeps the Lantern kernel lit, one stable release at a time.",
        """
I look after the **stable branch** of [lantern-kernel](https://forge.example/lantern/kernel).
Ask me about config options, bisecting, and why your fan is so loud.

Mornings are best. I answer mail before coffee and regret it after.
""",
        {
            "pronouns": ["he / him"],
            "timezone": "Europe/Dublin",
            "websites": ["https://teacup.example/"],
            "chat": ["matrix://chat.example/teacup", "irc:/teacup"],
            "since": 2012,
        },
    ),
    InventedPerson(
        "puddlewick",
        "Ottoline Puddlewick",
        "Drivers, firmware, and a drawer with forty-one laptops in it.",
        """
If it has a blob, I have an opinion. I maintain `lantern-firmware` and run the
**hardware library**: tell me which machine you need, and I post it to you.
""",
    ),
    InventedPerson(
        "marmalade",
        "Ferdinand Marmalade",
        "Packager of small things that other things turn out to need.",
        """
Reviews welcome, swaps even more so: *you look at mine, I look at yours.*

* Packages: `wick`, `lantern-tools`
* Languages: C, Python, a little Rust
""",
    ),
    InventedPerson(
        "woolly",
        "Clementine Woolly",
        "Writes the handbook so that nobody has to ask the same question twice.",
        """
Documentation is a conversation with somebody who is not in the room yet.

I edit the [handbook](https://forge.example/paper-crane/handbook) and mentor **first-time
writers**: bring a paragraph, leave with a merged change.
""",
    ),
    InventedPerson(
        "aethelthryth",
        "Æðelþryð Ōkami-Łabędź Nguyễn-Þórðardóttir von und zu Zuckerwattenburg",
        "Translates everything, into everything, and keeps the glossary honest.",
        """
My name does not fit into most forms, which is how I came to translation work.

I coordinate the **glossary** and check that every page reads from right to left as well
as it does from left to right. *Þetta reddast.*
""",
    ),
    InventedPerson(
        "thimble",
        "Zebedee Thimble",
        "Turns meeting minutes into pages that people can find again.",
        """
Former librarian. I keep the wiki from growing moss and take minutes that say **who does
what by when**.
""",
    ),
    InventedPerson(
        "hullabaloo",
        "Gideon Hullabaloo",
        "Breaks things on purpose, then writes down how.",
        """
I lead the test days of Tin Robot. If a release ships with a bug I should have found, I
bake a cake for whoever found it. There have been **eleven cakes** so far.
""",
    ),
    InventedPerson(
        "custard",
        "Mirabel Custard",
        "Automates test days, so that testers can look at what is interesting.",
        """
Maintainer of `tin-robot`, which presses the buttons that nobody wants to press.

Good first task: teach it a **new gesture**. I sit with you while you do it.
""",
    ),
    InventedPerson(
        "snorkel",
        "Quentin Snorkel",
        "Gives karma, asks for logs, says thank you.",
        """
I test updates on my way to work and comment on them on my way home. You do not need to be
a programmer for that: [here is how](https://forge.example/tin-robot/field-guide).
""",
    ),
    InventedPerson(
        "bramblefoot",
        "Tabitha Bramblefoot",
        "Draws icons at sixteen pixels and murals at sixteen metres.",
        """
Design lead of Moss Garden. My rule for icons: *if my grandmother cannot say what it does,
it does not ship.*
""",
    ),
    InventedPerson(
        "plum",
        "Ignatius Plum",
        "Type, colour and contrast; measures twice, ships once.",
        """
I check that what we draw can be **read by everybody**: contrast, motion, focus, and print.
""",
    ),
    InventedPerson(
        "gumboot",
        "Rufus Gumboot",
        "Watches advisories, practises the bad day before it comes.",
        """
I run the drills of Velvet Vault. If your package has a security question, write to us
before you write to everybody.
""",
    ),
    InventedPerson(
        "lampwick",
        "Petra Lampwick",
        "New here, curious about everything, keeps notes for those who come next.",
        """
I started three weeks ago with a typo in the handbook. Now I have **four merged changes**
and a badge with a teapot on it.

My notes for newcomers are [on the wiki](https://wiki.example/User:Lampwick).
""",
    ),
    InventedPerson(
        "fudge",
        "Wilhelmina Fudge",
        "Sponsors packagers, answers questions, waters the plants.",
        """
Sponsor in three groups. Say hello in **#paper-crane** and tell me what you like doing; I
find you somebody to do it with.
""",
    ),
)
