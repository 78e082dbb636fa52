"""The teams of the demo, all of them invented."""

from __future__ import annotations

from hubs.demo.cast import InventedTeam
from hubs.model.hub import Visibility

_LANTERN = InventedTeam(
    name="lantern-kernel",
    title="Lantern Kernel",
    summary="Builds, tests and looks after the kernel that everything else stands on.",
    about="""
## What we do

We package the **Lantern kernel** and its firmware for every release, follow upstream's stable
branch within two days, and look at every crash report that comes with a log.

| branch | who | update rhythm |
|---|---|---|
| rawhide | Ottoline | every working day |
| stable | Barnaby | within two days of upstream |

## How to join

1. Read [the contributor's guide](https://forge.example/lantern/kernel/src/README.md): twenty
   minutes, no kernel knowledge needed.
2. Pick an issue with the label **good first light**. Somebody of us has time set aside for each
   of them.
3. Say hello in `#lantern` and tell us what hardware you have. *Odd hardware is the best.*

You do not have to write C: we need people who bisect, who write release notes, and who can
say "works on my machine" and name the machine.

## When we meet

Every **Tuesday, 15:00 UTC**, in `#lantern`, for thirty minutes. The minutes are on the wiki the
same day.
""",
    sources={
        "groups": ("lantern-sig",),
        "repositories": ("forge.example/lantern/kernel", "forge.example/lantern/tools"),
        "packages": ("lantern-kernel", "lantern-firmware", "lantern-tools", "wick"),
        "channels": ("#lantern",),
    },
    tags=("kernel", "hardware", "C", "testing"),
    note="""
**Test day on Thursday:** bring the oldest machine that you have. We start at 15:00 UTC in
`#lantern`, and there will be virtual cake.
""",
    more={
        "help_wanted": {
            "minutes": False,
            "calls": [
                "Boot the new firmware on odd hardware | testing, good first light | Say in "
                "#lantern which machine you have. | https://forge.example/lantern/kernel",
                "Write the release notes of the next stable branch | writing | Read those of the "
                "last one, they are short.",
                "Find out which change made old fans loud | bisecting, C | Ask Barnaby for the "
                "log.",
            ],
        },
        "rules": {
            "rules": [
                "Nobody pushes to stable on a Friday.",
                "Every crash report with a log gets an answer.",
                "Odd hardware is welcome, and so are odd questions.",
            ],
            "link": "https://forge.example/lantern/kernel/src/README.md",
        },
        "library": {
            "links": [
                "https://forge.example/lantern/kernel/src/README.md The contributor's guide",
                "https://forge.example/lantern/tools How to bisect in an evening",
                "https://wiki.example/lantern/minutes Minutes of all meetings",
            ]
        },
    },
    owners=("teacup",),
    members=("puddlewick", "marmalade", "lampwick"),
    subscribers=("snorkel", "hullabaloo"),
    stargazers=("woolly", "plum", "custard"),
)

_PAPER_CRANE = InventedTeam(
    name="paper-crane",
    title="Paper Crane Documentation",
    summary="Writes, translates and tidies the handbook; a good place for a first change.",
    about="""
## What we do

We keep the **handbook** true. That means writing new chapters, taking out what is no longer so,
and translating both into the languages of whoever turns up.

> A page that nobody dares to change is already wrong.

## How to join

Paper Crane is where many people make their **first contribution**. Bring one of these:

* a sentence in the handbook that you had to read twice,
* a question whose answer you could not find,
* your own language.

Clementine or Wilhelmina will sit down with you, and you leave with a merged change. It takes an
hour. Nothing needs to be installed: the [editor](https://forge.example/paper-crane/handbook) is in
your browser.

## When we meet

* **Writing hour**: Wednesdays, 17:00 UTC, in `#paper-crane`. Everybody works on their own thing,
  together.
* **Glossary round**: the first Monday of the month, 09:00 UTC.
""",
    sources={
        "groups": ("paper-crane-writers",),
        "repositories": (
            "forge.example/paper-crane/handbook",
            "forge.example/paper-crane/glossary",
        ),
        "packages": ("paper-crane-handbook",),
        "channels": ("#paper-crane",),
        "topics": ("wiki.article",),
    },
    tags=("writing", "translation", "good first steps"),
    region="EMEA",
    requirements="""
Before you ask, please:

1. **Read one chapter** of the handbook, any one, and note where you had to read twice.
2. Have an account at [the forge](https://forge.example/), so that your change has your name.
3. Find ten minutes for a hello in `#paper-crane`.

That is all. We answer within two days, and nobody has to write English well.
""",
    asking={
        "custard": "I had to read chapter four twice, and I think I know how to say it shorter."
    },
    mirrors=False,
    more={
        "help_wanted": {
            "minutes": False,
            "calls": [
                "Read chapter four as if you knew nothing | reading, good first steps | Note where "
                "you had to read twice, and bring it on Wednesday.",
                "Say in your own language what a lantern is | translation | Open the glossary.",
            ],
        },
        "stats": {},
    },
    owners=("woolly", "fudge"),
    members=("aethelthryth", "thimble", "lampwick"),
    subscribers=("teacup", "bramblefoot"),
    stargazers=("snorkel", "gumboot", "marmalade", "plum"),
)

_TIN_ROBOT = InventedTeam(
    name="tin-robot",
    title="Tin Robot Testing",
    summary="Finds out whether it works before somebody needs it to.",
    about="""
## What we do

We test updates and releases, by hand where judgement counts and by **tin-robot** where patience
counts. Everything that we find goes to whoever can mend it, with a log and a kind word.

## How to join

Test one update. Really, that is all:

```
tin-robot pick --for-me
tin-robot report --works
```

The [field guide](https://forge.example/tin-robot/field-guide) explains what a good report looks
like. After five reports we ask you whether you want to join the group, and you get the badge with
the wind-up key.

## When we meet

* **Test days**: every other Thursday, all day, in `#tin-robot`. Drop in when you like.
* **Planning**: Mondays, 16:00 UTC, twenty minutes.

## House rules

1. A bug is nobody's fault.
2. Attach the log.
3. Say thank you when it is mended.
""",
    sources={
        "groups": ("tin-robot-testers",),
        "repositories": ("forge.example/tin-robot/robot", "forge.example/tin-robot/field-guide"),
        "packages": ("tin-robot", "wind-up-key"),
        "channels": ("#tin-robot",),
        "topics": ("bodhi.update.comment",),
    },
    tags=("testing", "automation", "good first steps"),
    owners=("hullabaloo",),
    members=("custard", "snorkel", "marmalade"),
    subscribers=("teacup", "puddlewick"),
    stargazers=("lampwick", "fudge"),
)

_MOSS_GARDEN = InventedTeam(
    name="moss-garden",
    title="Moss Garden Design",
    summary="Icons, wallpapers and quiet interfaces, shown to members while they are still drafts.",
    about="""
## What we do

We draw: icons, wallpapers, banners, and the odd octopus. Drafts stay among us until their author
says that they are ready, because **half-finished things deserve kindness too**.

## How to join

Write to Tabitha with one thing that you have drawn. It does not have to be good; it has to be
yours. Tools: whatever runs on free software. We lend tablets.

## When we meet

**Show and tell** is every Friday at 14:00 UTC in `#moss-garden`. One rule: say what you like first.
""",
    sources={
        "groups": ("moss-garden-artists",),
        "repositories": ("forge.example/moss-garden/icons", "forge.example/moss-garden/wallpapers"),
        "packages": ("moss-garden-icon-theme", "moss-garden-wallpapers"),
        "channels": ("#moss-garden",),
    },
    tags=("design", "writing"),
    language="ja",
    region="APAC",
    owners=("bramblefoot",),
    members=("plum", "aethelthryth"),
    subscribers=("woolly",),
    stargazers=("teacup", "custard", "lampwick", "thimble"),
    visibility=Visibility.PREVIEW,
)

_VELVET_VAULT = InventedTeam(
    name="velvet-vault",
    title="Velvet Vault Response",
    summary="Looks at security reports before they are public, and practises for the bad day.",
    about="""
## What we do

We read what comes in confidence, decide who needs to know, and see each report through to its
update. Between reports we **practise**: one drill a month, with a stopwatch.

## How to join

By invitation, after a year of work in any other team. Ask Rufus what that means; he explains it
gladly.

## When we meet

Whenever the bell rings. Otherwise the **first Thursday of the month, 19:00 UTC**.
""",
    sources={
        # Named for the drills: the bus is for everybody, and the team is not.
        "groups": ("fire-drill",),
        "repositories": ("forge.example/fire-drill/stopwatch",),
        "packages": ("stopwatch",),
        "channels": ("#fire-drill",),
    },
    tags=("security",),
    owners=("gumboot",),
    members=("fudge", "puddlewick"),
    visibility=Visibility.PRIVATE,
)

_SLEEPY_OTTER = InventedTeam(
    name="sleepy-otter",
    title="Sleepy Otter Laptops",
    summary="Wants laptops to sleep when the lid closes; asleep itself at the moment.",
    about="""
## What we do

We made laptops sleep better: fewer warm backpacks, longer trains. The last of us moved on to
other work, and **nothing has happened here for a while**.

## How to join

Take it over! The notes are in good order, the hardware is in Ottoline's drawer, and Ottoline would
love to hand over the key. A person with two evenings a month is enough to wake it up.

## When we meet

We do not, at present. The room `#sleepy-otter` is still there.
""",
    sources={
        "groups": ("sleepy-otter",),
        "repositories": ("forge.example/sleepy-otter/doze",),
        "packages": ("otter-doze",),
        "channels": ("#sleepy-otter",),
    },
    tags=("hardware",),
    region="LATAM",
    owners=("puddlewick",),
)

TEAMS: tuple[InventedTeam, ...] = (
    _LANTERN,
    _PAPER_CRANE,
    _TIN_ROBOT,
    _MOSS_GARDEN,
    _VELVET_VAULT,
    _SLEEPY_OTTER,
)
