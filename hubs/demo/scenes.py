"""The play of the demo: small stories about invented people, each a few messages long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from hubs.demo import forge_messages as forge
from hubs.demo import lines
from hubs.demo import package_messages as packages
from hubs.demo import people_messages as people
from hubs.demo.cast import PEOPLE, InventedTeam
from hubs.demo.stage import Message, Stage
from hubs.demo.teams import TEAMS

Scene = Callable[[Stage, InventedTeam], Iterator[Message]]

#: How many stories are told at the same time.
THREADS = 3
_EVERYBODY = tuple(person.username for person in PEOPLE)
#: Nothing happens to a team that has no members beside its owner: it is asleep.
_AWAKE = tuple(team for team in TEAMS if team.members)


def messages(stage: Stage) -> Iterator[Message]:
    """Tell stories without end, a few at a time.

    Args:
        stage: What to draw from; whoever asks for the next message sets the time on it.

    Yields:
        Topic and body of one message after the other.
    """
    threads: list[Iterator[Message]] = []
    while True:
        while len(threads) < THREADS:
            threads.append(stage.one_of(_SCENES)(stage, stage.one_of(_AWAKE)))
        thread = stage.one_of(threads)
        message = next(thread, None)
        if message is None:
            threads.remove(thread)
        else:
            yield message


def _staff(team: InventedTeam) -> tuple[str, ...]:
    return team.owners + team.members


def _update(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    packager = stage.person(_staff(team))
    package = stage.one_of(team.sources["packages"])
    build = packages.Build.of(stage, package)
    yield packages.pushed(stage, packager, package, f"Update to {build.version}")
    yield packages.build_changed(stage, packager, build, None, packages.BUILDING)
    yield packages.build_changed(stage, packager, build, packages.BUILDING, packages.COMPLETE)
    update = packages.update(stage, packager, build, stage.one_of(lines.NOTES))
    yield packages.update_requested(packager, update)
    yield packages.update_pushed(update, "testing")
    for _ in range(stage.chance.randrange(1, 4)):
        tester = stage.person([name for name in _EVERYBODY if name != packager.username])
        text, karma = stage.one_of(lines.KARMA)
        yield packages.update_commented(stage, tester, update, text, karma)
    yield packages.update_requested(packager, update, "stable")
    yield packages.update_pushed(update, "stable")


def _broken_build(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    packager = stage.person(_staff(team))
    broken = packages.Build.of(stage, stage.one_of(team.sources["packages"]))
    mended = attrs.evolve(broken, id=broken.id + 1, release="2.fc99")
    for build, summary, ending in (
        (broken, "Turn on link-time optimisation", packages.FAILED),
        (mended, "Turn off link-time optimisation again", packages.COMPLETE),
    ):
        yield packages.pushed(stage, packager, build.package, summary)
        yield packages.build_changed(stage, packager, build, packages.BUILDING, ending)


def _copr(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    packager = stage.person(_staff(team))
    build = packages.Build.of(stage, stage.one_of(team.sources["packages"]))
    yield packages.copr_build_ended(stage, packager, build, f"{build.package}-nightly")


def _issue(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    repository = stage.one_of(team.sources["repositories"])
    reporter = stage.person(_EVERYBODY)
    issue = forge.issue(stage, reporter, repository, stage.one_of(lines.ISSUES))
    yield forge.issue_changed(reporter, repository, issue, "opened")
    for _ in range(stage.chance.randrange(3)):
        helper = stage.person(_staff(team))
        text = stage.one_of(lines.ANSWERS)
        yield forge.issue_commented(stage, helper, repository, issue, text)
    mender = stage.person(_staff(team))
    summary = f"Mend #{issue['number']}"
    yield forge.forge_pushed(stage, mender, repository, [summary])
    yield forge.issue_changed(mender, repository, issue, "closed")


def _pull_request(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    repository = stage.one_of(team.sources["repositories"])
    author, reviewer = stage.person(_staff(team)), stage.person(team.owners)
    title = stage.one_of(lines.CHANGES)
    request = forge.pull_request(stage, author, repository, title)
    yield forge.pull_request_changed(author, repository, request, "opened")
    yield forge.pull_request_changed(reviewer, repository, request, "closed")
    yield forge.forge_pushed(stage, reviewer, repository, [title, "Say so in the release notes"])


def _old_forge(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    repository = stage.one_of(team.sources["repositories"])
    reporter, author = stage.person(_EVERYBODY), stage.person(_staff(team))
    yield forge.pagure_issue_opened(stage, reporter, repository, stage.one_of(lines.ISSUES))
    title = stage.one_of(lines.CHANGES)
    yield forge.pagure_request_merged(stage, author, stage.person(team.owners), repository, title)


def _meeting(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    chair = stage.person(team.owners)
    [channel] = team.sources["channels"]
    room = channel.removeprefix("#")
    topic = f"{room} weekly ({stage.date.partition(' ')[0]})"
    for event in ("start", "complete"):
        present = team.members if event == "complete" else ()
        yield people.meeting(stage, chair, present, channel, topic=topic, event=event)
    clerk = stage.person(team.members)
    yield people.wiki_edited(stage, clerk, f"Meetings/{room}", "minutes of today")
    yield people.thanked(stage, chair, clerk, channel, "thank you for the minutes")


def _newcomer(stage: Stage, team: InventedTeam) -> Iterator[Message]:
    newcomer, sponsor = stage.person(team.members), stage.person(team.owners)
    [group] = team.sources["groups"]
    yield people.wiki_edited(stage, newcomer, f"Newcomers/{group}", "say hello")
    yield people.sponsored(sponsor, newcomer, group)
    yield people.badge_awarded(newcomer, *stage.one_of(lines.BADGES))
    yield people.blogged(newcomer, f"My first week in {group}")


_SCENES: tuple[Scene, ...] = (
    _update,
    _update,
    _broken_build,
    _copr,
    _issue,
    _issue,
    _pull_request,
    _pull_request,
    _old_forge,
    _meeting,
    _newcomer,
)
