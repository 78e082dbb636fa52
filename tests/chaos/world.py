"""An invented world, what is published in it, and what must come of that.

What must come of it is worked out here from the input alone: with nothing of the pipeline.
"""

from __future__ import annotations

import datetime
import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from hubs.model.entry import Entry

#: How many entries a feed keeps.
LIMIT = 100
PREFIX = "org.fedoraproject.prod."
#: Stands for the kind of all messages that are no request to join: an invented service.
LIT = "lamp.lit"
_BEGIN, _LENGTH = 1_790_000_000, 3 * 86_400
_GROUPS = [f"group-{n}" for n in range(8)]
_CHANNELS = [f"#channel-{n}" for n in range(4)]
#: Who follows a hub sees in their stream what they may see there.
_READERS = {
    "public": {"subscriber", "member", "owner"},
    "preview": {"member", "owner"},
    "private": {"member", "owner"},
}


@attrs.frozen
class Team:
    """A team, as its owners set it up.

    Attributes:
        name: Its name.
        visibility: Who may see its hub.
        groups: The account groups that its feed is about.
        channels: The chat channels that it is about.
        roles: Who has which roles, by account name.
        hidden: Those who hide what comes by its hub.
    """

    name: str
    visibility: str
    groups: Sequence[str]
    channels: Sequence[str]
    roles: Mapping[str, Sequence[str]]
    hidden: frozenset[str]


@attrs.frozen
class Message:
    """Something that is published.

    Attributes:
        id: Its id.
        time: When it was sent, seconds since the epoch.
        topic: Its topic without the bus's prefix.
        body: What it says.
    """

    id: str
    time: float
    topic: str
    body: Mapping[str, Any]


@attrs.frozen
class World:
    """All there is, made of one seed.

    Attributes:
        people: The account names of those who have a hub.
        teams: The teams.
        messages: What is published, in this order; not in that of time.
    """

    people: Sequence[str]
    teams: Sequence[Team]
    messages: Sequence[Message]


def invent(rng: random.Random, messages: int) -> World:
    """Invent a world.

    Args:
        rng: Where chance comes from.
        messages: How many messages are published in it.

    Returns:
        It; one group is so busy that feeds overflow.
    """
    people = [f"person-{n}" for n in range(20)]
    teams = [
        Team(
            name=f"team-{n}",
            visibility=rng.choice(["public", "public", "preview", "private"]),
            groups=[_GROUPS[n % len(_GROUPS)], *rng.sample(_GROUPS, 1)][: rng.choice([1, 2])],
            channels=rng.sample(_CHANNELS, rng.choice([0, 1])),
            roles={
                person: rng.sample(
                    ["stargazer", "subscriber", "member", "owner"], rng.choice([1, 2])
                )
                for person in rng.sample(people, 5)
            },
            hidden=frozenset(rng.sample(people, 3)),
        )
        for n in range(10)
    ]
    told = [_message(rng, people, teams, n / messages) for n in range(messages)]
    return World(people, teams, told)


def _message(
    rng: random.Random, people: Sequence[str], teams: Sequence[Team], part: float
) -> Message:
    # Many come late, and many have the time of another.
    time = _BEGIN + (int(part * _LENGTH) + rng.randrange(3600)) // 60 * 60.0
    number = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if rng.random() < 0.1:
        event = rng.choice(["requested", "requested", "added"])
        asked = {"hub_name": rng.choice(teams).name, "username": f"stranger-{rng.randrange(5)}"}
        return Message(number, time, f"hubs.user.role.{event}", asked)
    body: dict[str, Any] = {
        "agent": rng.choice([*people, "stranger"]),
        "usernames": rng.sample(people, rng.choice([0, 0, 1, 2])),
        "groups": rng.choices(_GROUPS, [12, *range(len(_GROUPS) - 1)], k=rng.choice([0, 1, 1, 2])),
        "channel": rng.choice(["", *_CHANNELS]),
        "url": f"https://lamps.example.org/{number}",
        "comment": {
            "text": " ".join(f"@{name}" for name in rng.sample(people, rng.choice([0, 1])))
        },
    }
    return Message(number, time, LIT, body)


@attrs.frozen
class Numbers:
    """What the database calls things.

    Attributes:
        people: The numbers of people, by account name.
        homes: The numbers of their hubs, by account name.
        teams: The numbers of the hubs of teams, by name.
    """

    people: Mapping[str, int]
    homes: Mapping[str, int]
    teams: Mapping[str, int]


Feeds = dict[str, list[Entry]]


def feeds(world: World, numbers: Numbers) -> Feeds:
    """Work out the feeds of hubs and people.

    Args:
        world: What is published, and to whom.
        numbers: What the database calls them.

    Returns:
        Entries by key of the feed, newest first; no feed is empty.
    """
    found: dict[str, list[Entry]] = defaultdict(list)
    for message in world.messages:
        entry = _entry(message)
        for hub in _hubs(world, numbers, message):
            found[f"hub:{hub}"].append(entry)
        for key, ways in _streams(world, numbers, message):
            found[key].append(attrs.evolve(entry, hubs=sorted(ways)))
    newest = {key: sorted(entries, key=_place, reverse=True) for key, entries in found.items()}
    return {key: entries[:LIMIT] for key, entries in newest.items()}


def activity(world: World, numbers: Numbers) -> Counter[tuple[int, datetime.date]]:
    """Work out how much happened on each hub each day.

    Args:
        world: What is published, and to whom.
        numbers: What the database calls them.

    Returns:
        How much, by hub and day.
    """
    return Counter(
        (hub, datetime.datetime.fromtimestamp(message.time, datetime.UTC).date())
        for message in world.messages
        for hub in _hubs(world, numbers, message)
    )


def waiting(world: World) -> dict[str, set[tuple[str, float]]]:
    """Work out which requests to join a team wait for its owners.

    Args:
        world: What is published, and to whom.

    Returns:
        Who asks and when they last did, by account name of the owner; nobody's is empty.
    """
    found: dict[str, set[tuple[str, float]]] = defaultdict(set)
    for team in world.teams:
        asked: dict[str, float] = {}
        answered: dict[str, float] = {}
        for message in world.messages:
            if message.body.get("hub_name") == team.name:
                times = asked if message.topic.endswith("requested") else answered
                name = message.body["username"]
                times[name] = max(times.get(name, 0.0), message.time)
        for owner in (person for person, roles in team.roles.items() if "owner" in roles):
            found[owner] |= {one for one in asked.items() if answered.get(one[0], 0.0) < one[1]}
    return {owner: waits for owner, waits in found.items() if waits}


def _place(entry: Entry) -> tuple[float, str]:
    return entry.time, entry.id


def _named(message: Message) -> set[str]:
    if message.topic != LIT:
        return {message.body["username"]}
    return {message.body["agent"], *message.body["usernames"]}


def _entry(message: Message) -> Entry:
    if message.topic != LIT:
        return _entry_of_a_role(message)
    agent, groups = message.body["agent"], set(message.body["groups"])
    return Entry(
        id=message.id,
        time=message.time,
        topic=message.topic,
        sentence=f"lamp: lit by {agent}",
        link=message.body["url"],
        agent=agent,
        people=sorted(_named(message)),
        target=groups.pop() if len(groups) == 1 else message.body["channel"] or message.body["url"],
    )


def _entry_of_a_role(message: Message) -> Entry:
    [name] = _named(message)
    said = message.topic.replace(".", " ").replace("hubs ", "hubs: ")
    return Entry(
        id=message.id,
        time=message.time,
        topic=message.topic,
        sentence=f"{said} by {name}",
        agent=name,
        people=[name],
    )


def _teams(world: World, message: Message) -> Iterator[Team]:
    for team in world.teams:
        if (
            set(message.body.get("groups", ())) & set(team.groups)
            or message.body.get("channel") in team.channels
            or message.body.get("hub_name") == team.name
        ):
            yield team


def _hubs(world: World, numbers: Numbers, message: Message) -> Iterator[int]:
    yield from (numbers.teams[team.name] for team in _teams(world, message))
    yield from (numbers.homes[name] for name in _named(message) if name in numbers.homes)


def _streams(world: World, numbers: Numbers, message: Message) -> Iterable[tuple[str, set[int]]]:
    """Give the feeds of people that a message goes into, each with the hubs by which it came."""
    ways: dict[str, set[int]] = defaultdict(set)
    for team in _teams(world, message):
        for person, roles in team.roles.items():
            if _READERS[team.visibility] & set(roles) and person not in team.hidden:
                ways[person].add(numbers.teams[team.name])
    for name in _named(message) & set(world.people):
        ways[name].add(numbers.homes[name])
    mentions: set[str] = set()
    if message.topic == LIT:
        mentions.update(message.body["comment"]["text"].replace("@", "").split())
        mentions.discard(message.body["agent"])
    for person in {*ways, *mentions}:
        yield f"stream:{numbers.people[person]}", ways[person]
    for person in mentions:
        yield f"mentions:{numbers.people[person]}", ways[person]
