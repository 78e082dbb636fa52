"""What plain rules read, when no processor of the ecosystem is installed."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from hubs.bus.envelope import parse
from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from hubs.demo.envelope import envelope
from hubs.demo.scenes import messages
from hubs.demo.stage import Stage
from hubs.model.category import OTHER

PLAIN = Reader(FedmsgMeta([]))
NOW = 1_795_000_000.0


def read(topic: str, msg: dict[str, Any]) -> BusMessage:
    return PLAIN.read({"topic": f"org.fedoraproject.prod.{topic}", "msg": msg}, NOW)


FORGEJO = {
    "body": {
        "action": "opened",
        "sender": {"login": "woolly"},
        "issue": {
            "number": 7,
            "title": "The lamp is out",
            "html_url": "https://forge.example/lamps/wick/issues/7",
            "user": {"login": "gumboot"},
        },
        "repository": {
            "full_name": "lamps/wick",
            "html_url": "https://forge.example/lamps/wick",
        },
    }
}


def test_forgejo_names_nobody_so_its_sender_is_who_did_it() -> None:
    message = read("forgejo.issues", FORGEJO)
    assert message.sentence == "woolly opened issue #7 of lamps/wick: “The lamp is out”"
    assert message.link == "https://forge.example/lamps/wick/issues/7"
    assert message.agent == "woolly"
    assert message.people == ("gumboot", "woolly")
    assert message.repositories == ("forge.example/lamps/wick",)


def test_a_pull_request_that_is_closed_by_merging_it_was_merged() -> None:
    pull = {"number": 3, "title": "Light", "merged": False}
    body = {"sender": {"login": "abe"}, "action": "closed", "repository": {"full_name": "a/b"}}
    closed = read("forgejo.pull_request", {"body": {**body, "pull_request": pull}})
    assert closed.sentence == "abe closed pull request #3 of a/b: “Light”"
    merged = {**body, "pull_request": {**pull, "merged": True}}
    assert "abe merged pull" in read("forgejo.pull_request", {"body": merged}).sentence
    merged["action"] = "labeled"
    assert "abe labeled pull" in read("forgejo.pull_request", {"body": merged}).sentence
    merged["action"] = "review_requested"
    sentence = read("forgejo.pull_request", {"body": merged}).sentence
    assert sentence == "abe asked for a review of pull request #3 of a/b: “Light”"
    merged["action"] = "put_to_sleep"
    assert "abe put to sleep pull" in read("forgejo.pull_request", {"body": merged}).sentence


def test_a_build_has_a_package_and_a_state_in_words() -> None:
    body = {"owner": "abe", "name": "wick", "version": "1", "release": "2", "new": 3, "build_id": 5}
    message = read("buildsys.build.state.change", body)
    assert message.sentence == "abe's build of wick-1-2 failed"
    assert message.packages == ("wick",)
    assert message.link.endswith("buildID=5")


def test_a_code_that_nobody_knows_costs_the_sentence_alone() -> None:
    body = {"owner": "abe", "name": "wick", "version": "1", "release": "2", "new": [1]}
    message = read("buildsys.build.state.change", body)
    assert message.sentence == "buildsys: build state change by abe"
    assert message.people == ("abe",)


def test_an_update_has_the_packages_of_its_builds() -> None:
    update = {
        "title": "wick-1-2",
        "url": "https://updates.example/F-1",
        "request": "testing",
        "builds": [{"nvr": "wick-light-1-2"}, "strange", {}],
        "user": {"name": "zoe"},
    }
    message = read("bodhi.update.request.testing", {"agent": "abe", "update": update})
    assert message.packages == ("wick-light",)
    assert message.people == ("abe", "zoe")
    assert message.link == "https://updates.example/F-1"


def test_a_group_and_a_channel_are_found() -> None:
    message = read("fas.group.member.sponsor", {"agent": "a", "user": "b", "group": "lamps"})
    assert message.groups == ("lamps",)
    assert message.sentence == "a sponsored b into the group lamps"
    assert message.people == ("a", "b")
    assert read("meetbot.meeting.start", {"channel": "#lamps"}).channel == "#lamps"


@pytest.mark.parametrize("channel", ["lamps", "#a b", "#", "ann@irc.example", 5, "#" + "x" * 255])
def test_what_can_be_no_channel_is_none(channel: object) -> None:
    assert read("meetbot.meeting.start", {"channel": channel}).channel == ""


def test_a_mailing_list_is_known_by_its_full_name() -> None:
    mlist = {"list_name": "devel", "fqdn_listname": "Devel@Lists.example"}
    body = {"mlist": mlist, "msg": {"from": "abe@mail.example"}, "sender_username": "abe"}
    message = read("mailman.receive", body)
    assert message.lists == ("devel@lists.example",)
    assert message.agent == "abe"
    assert message.people == ("abe",)


@pytest.mark.parametrize(
    ("topic", "body", "tags"),
    [
        ("pagure.issue.edit", {"issue": {"tags": ["easyfix", "oil"]}}, ("easyfix", "oil")),
        (
            "forgejo.issues",
            {"body": {"issue": {"labels": [{"name": "good first issue"}]}}},
            ("good first issue",),
        ),
        ("gitlab.issue", {"body": {"labels": [{"title": "easy"}]}}, ("easy",)),
        (
            "discourse.topic.topic_created",
            {"webhook_body": {"topic": {"tags": ["lamps"], "category_slug": "team"}}},
            ("lamps", "team"),
        ),
        (
            "discourse.topic.topic_created",
            {"webhook_body": {"topic": {"tags": [{"id": 1, "name": "lamps"}]}}},
            ("lamps",),
        ),
        (
            "discourse.post.post_created",
            {"webhook_body": {"post": {"category_slug": "team"}}},
            ("team",),
        ),
    ],
)
def test_tags_labels_and_categories_are_tags(
    topic: str, body: dict[str, Any], tags: tuple[str, ...]
) -> None:
    assert read(topic, body).tags == tags


def test_the_repository_of_a_run_is_found_where_forgejo_puts_it() -> None:
    run = {"repository": {"html_url": "https://forge.example/lamps/wick"}, "title": "Tests"}
    message = read("forgejo.action_run_failure", {"body": {"run": run, "action": "failure"}})
    assert message.repositories == ("forge.example/lamps/wick",)


def test_a_service_that_knows_people_by_their_openid_names_accounts() -> None:
    message = read("anitya.distro.add", {"agent": "http://abe.id.fedoraproject.org/"})
    assert message.agent == "abe"


def test_a_reminder_of_a_meeting_names_who_manages_it() -> None:
    meeting = {"meeting_name": "Lamps", "meeting_manager": ["abe", "zoe"], "meeting_id": 5}
    for managers in (["abe", "zoe"], "abe,zoe,"):
        meeting["meeting_manager"] = managers
        body = {"meeting": {**meeting, "calendar_name": "SIGs"}}
        message = read("fedocal.meeting.reminder", body)
        assert message.people == ("abe", "zoe")
        assert message.sentence == "The meeting “Lamps” of the calendar “SIGs” is near"
        assert "calendar:SIGs" in message.keys()  # noqa: SIM118


def test_a_change_of_a_calendar_concerns_it() -> None:
    body = {"agent": "abe", "calendar": {"calendar_name": "Lamps & wicks"}}
    assert read("fedocal.calendar.update", body).calendars == ("Lamps & wicks",)


def test_each_service_has_an_icon_of_ours() -> None:
    assert read("bodhi.update.comment", {}).icon == "rocket-takeoff"
    assert read("lamp.lit", {}).icon == OTHER.icon


def test_a_build_in_somebodys_copr_is_none_of_the_package() -> None:
    assert read("copr.build.end", {"user": "abe", "pkg": "kernel"}).packages == ()


def test_the_wiki_begins_names_with_a_capital_and_accounts_do_not() -> None:
    assert read("wiki.article.edit", {"user": "Abe", "title": "Lamps"}).agent == "abe"


def test_no_mail_address_is_shown_or_takes_the_place_of_a_name() -> None:
    person = {"nickname": "abe", "rank": 3, "email": "abe@mail.example"}
    message = read("badges.person.rank.advance", {"person": person})
    assert message.sentence == "abe moved up to rank 3 among the badge holders"
    message = read("lamp.lit", {"agent": "abe@mail.example", "user": "zoe"})
    assert message.people == ("zoe",)
    assert "mail.example" not in message.sentence
    message = read("planet.post.new", {"username": "abe", "post": {"title": "to abe@mail.example"}})
    assert message.sentence == "abe wrote “to abe@…”"


def test_what_only_looks_like_a_mail_address_stays() -> None:
    for title in ("lodash@4.17.21 is out", "ask @abe:fedora.im", "me @ home"):
        post = {"username": "abe", "post": {"title": title}}
        assert read("planet.post.new", post).sentence == f"abe wrote “{title}”"


def test_what_no_rule_knows_still_says_something() -> None:
    assert read("lamp.lit", {"agent": "abe"}).sentence == "lamp: lit by abe"
    assert read("lamp", {}).sentence == "lamp: news"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "ftp://x/", "//x/", "http://", "https://[x", "x",
     "https://x/\ny", "https://x/" + "y" * 2000, 5],
)  # fmt: skip
def test_a_link_is_of_the_web_or_is_none(link: object) -> None:
    assert read("lamp.lit", {"url": link}).link == ""


@pytest.mark.parametrize(
    "name",
    [
        *("a b", "a/b", "../x", ".", "..", "a?b", "a#b", "a%2f", "<b>", "x" * 65, "a\x00", "a\\b"),
        *("anonymous", "@abe:elsewhere.example", 5, None, {"a": 1}),
    ],
)
def test_what_can_be_no_account_is_nobody(name: object) -> None:
    assert read("lamp.lit", {"agent": name}).people == ()


def test_text_is_one_line_that_every_store_can_hold() -> None:
    post = {"title": "a\x00b\nc\u2028d\ud800e" + "x" * 1000}
    sentence = read("planet.post.new", {"username": "abe", "post": post}).sentence
    assert sentence.startswith("abe wrote “a b c d e")
    assert sentence.endswith("…")
    assert len(sentence) == 500
    sentence.encode()


def test_the_prefixes_of_all_publishers_are_taken_off() -> None:
    for prefix in ("org.fedoraproject.prod.", "org.fedoraproject.stg.", "io.pagure.prod.",
                   "org.release-monitoring.prod.", "org.centos.sig.dev."):  # fmt: skip
        assert PLAIN.read({"topic": f"{prefix}lamp.lit", "msg": {}}, NOW).topic == "lamp.lit"
    assert PLAIN.read({"topic": "lamp.lit", "msg": {}}, NOW).topic == "lamp.lit"


def test_all_that_happens_in_the_demo_is_told_in_sentences() -> None:
    stage = Stage(random.Random(1), NOW)
    scenes = messages(stage)
    for number in range(400):
        sealed = envelope(next(scenes), number, NOW, str(number))
        message = PLAIN.read(sealed, NOW)
        category = message.topic.partition(".")[0]
        assert not message.sentence.startswith(f"{category}:"), message.topic
        assert message.people


@pytest.mark.parametrize("found", [None, 5, "text", [], [1, {"a": []}], {"a": {"b": None}}])
def test_no_shape_of_a_body_breaks_a_rule(found: object) -> None:
    paths = ("agent", "user", "update", "comment", "commit", "body", "issue", "group", "new")
    for topic in ("bodhi.update.comment", "forgejo.push", "git.receive", "copr.build.end", "a"):
        read(topic, dict.fromkeys(paths, found))


def test_an_envelope_of_the_demo_is_an_envelope() -> None:
    stage = Stage(random.Random(1), NOW)
    sealed = envelope(next(messages(stage)), 1, NOW, "1")
    assert parse(b"", json.dumps(sealed).encode(), 100_000, 50)["topic"]
