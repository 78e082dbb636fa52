"""What happens in the invented world."""

from __future__ import annotations

import itertools
import json
import random
import re

import pytest

from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.reader import Reader
from hubs.demo.cast import PEOPLE
from hubs.demo.envelope import envelope
from hubs.demo.scenes import messages
from hubs.demo.stage import Message, Stage
from hubs.demo.teams import TEAMS
from hubs.model.hub import Hub, HubType, Visibility


@pytest.fixture(scope="module")
def play() -> list[Message]:
    stage = Stage(random.Random(11), time=1_795_000_000.0)
    return list(itertools.islice(messages(stage), 2_000))


def test_every_service_has_its_say(play: list[Message]) -> None:
    assert {topic for topic, _ in play} == {
        "io.pagure.dev.pagure.issue.new",
        "io.pagure.dev.pagure.pull-request.closed",
        "org.fedoraproject.dev.bodhi.update.comment",
        "org.fedoraproject.dev.bodhi.update.complete.stable",
        "org.fedoraproject.dev.bodhi.update.complete.testing",
        "org.fedoraproject.dev.bodhi.update.request.stable",
        "org.fedoraproject.dev.bodhi.update.request.testing",
        "org.fedoraproject.dev.buildsys.build.state.change",
        "org.fedoraproject.dev.copr.build.end",
        "org.fedoraproject.dev.fas.group.member.sponsor",
        "org.fedoraproject.dev.fedbadges.badge.award",
        "org.fedoraproject.dev.forgejo.issue_comment",
        "org.fedoraproject.dev.forgejo.issues",
        "org.fedoraproject.dev.forgejo.pull_request",
        "org.fedoraproject.dev.forgejo.push",
        "org.fedoraproject.dev.git.receive",
        "org.fedoraproject.dev.irc.karma",
        "org.fedoraproject.dev.meetbot.meeting.complete",
        "org.fedoraproject.dev.meetbot.meeting.start",
        "org.fedoraproject.dev.planet.post.new",
        "org.fedoraproject.dev.wiki.article.edit",
    }


def test_no_address_in_it_is_a_real_one(play: list[Message]) -> None:
    text = json.dumps([body for _, body in play])
    hosts = set(re.findall(r"https?://([^/\"]+)", text)) | set(re.findall(r"@([\w.]+)", text))
    assert len(hosts) > 5
    assert all(host.endswith(".example") for host in hosts)


def test_something_happens_to_everybody(play: list[Message]) -> None:
    text = json.dumps([body for _, body in play])
    assert [one.username for one in PEOPLE if f'"{one.username}"' not in text] == []


def test_something_happens_to_every_team_but_the_one_that_is_asleep(play: list[Message]) -> None:
    text = json.dumps([body for _, body in play])
    silent = [
        team.name
        for team in TEAMS
        for source in team.sources["packages"] + team.sources["channels"] + team.sources["groups"]
        if f'"{source}"' not in text
    ]
    assert set(silent) == {"sleepy-otter"}


def test_the_bus_does_not_name_the_private_team(play: list[Message]) -> None:
    text = json.dumps([body for _, body in play]).lower()
    [private] = [team for team in TEAMS if team.visibility is Visibility.PRIVATE]
    assert private.name not in text
    assert private.title.lower() not in text


METAS = pytest.mark.parametrize("meta", [FedmsgMeta(()), FedmsgMeta.from_entry_points()])


@METAS
def test_hubs_finds_a_sentence_a_link_and_people_in_all_of_it(
    play: list[Message], meta: FedmsgMeta
) -> None:
    reader = Reader(meta)
    names = {one.username for one in PEOPLE}
    for topic, body in play:
        read = reader.read(envelope((topic, body), 1, 1.0, "1"), received=2.0)
        assert " by " not in read.sentence.partition(":")[0], read.sentence
        assert names & set(read.people), read
        assert read.link or "sponsor" in topic or "karma" in topic, read


@METAS
def test_hubs_finds_only_invented_people_in_it(play: list[Message], meta: FedmsgMeta) -> None:
    reader = Reader(meta)
    names = {one.username for one in PEOPLE} | {"bodhi", ""}
    for message in play:
        read = reader.read(envelope(message, 1, 1.0, "1"), received=2.0)
        assert {read.agent, *read.people} <= names, read


def test_a_sponsored_person_hears_of_it(play: list[Message]) -> None:
    reader = Reader(FedmsgMeta(()))
    for topic, body in play:
        if topic.endswith("sponsor"):
            read = reader.read(envelope((topic, body), 1, 1.0, "1"), received=2.0)
            assert body["user"] in read.people


def test_what_happens_to_a_team_concerns_its_feed(play: list[Message]) -> None:
    reader = Reader(FedmsgMeta(()))
    keys = [reader.read(envelope(one, 1, 1.0, "1"), 2.0).keys() for one in play]
    for team in TEAMS:
        hub = Hub(0, HubType.TEAM, team.name, "", "", config={"sources": team.sources})
        # What people change here, the bus does not tell.
        wanted = hub.feed_interests() - {f"team:{team.name}"}
        concerned = [found for found in keys if found & wanted]
        assert bool(concerned) == bool(team.members), team.name
        if team.members:
            assert wanted <= frozenset().union(*concerned), team.name


def test_an_update_is_built_before_it_is_tested_and_tested_before_it_is_stable(
    play: list[Message],
) -> None:
    order: dict[str, list[str]] = {}
    for topic, body in play:
        if topic.startswith("org.fedoraproject.dev.bodhi"):
            update = body.get("update") or body["comment"]["update"]
            order.setdefault(update["alias"], []).append(topic.partition("update.")[2])
        elif body.get("build_id"):
            assert body["new"] in {0, 1, 3}
    whole = [topics for topics in order.values() if topics[-1] == "complete.stable"]
    assert len(whole) > 50
    for topics in whole:
        comments = ["comment"] * topics.count("comment")
        begin, end = ["request.testing", "complete.testing"], ["request.stable", "complete.stable"]
        assert topics == begin + comments + end
        assert comments


def test_several_stories_are_told_at_once(play: list[Message]) -> None:
    places: dict[str, list[int]] = {}
    for place, (_, body) in enumerate(play):
        if "update" in body:
            places.setdefault(body["update"]["alias"], []).append(place)
    between = [topic for place in places.values() for topic, _ in play[place[0] : place[-1]]]
    assert any("forgejo" in topic for topic in between)
