"""Messages in the shapes that Fedora's services have today, with and without the processors.

The processors know the topics of most of them, but are older than their shapes.
"""

from __future__ import annotations

from typing import Any

import pytest

from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader

NOW = 1_795_000_000.0
REPOSITORY = {"full_name": "lamps/wick", "html_url": "https://forge.example/lamps/wick"}
PROJECT = {
    "path_with_namespace": "lamps/wick",
    "web_url": "https://gitlab.example/lamps/wick",
}
POST = {"username": "zoe", "topic_title": "Wicks", "topic_slug": "wicks", "topic_id": 4}
POST |= {"post_number": 2}
MEETING = "https://meetings.example/lamps/2026-11-24/lamp-sig.2026-11-24-14.01"
HEADERS = {"X-Discourse-Instance": "https://talk.example"}


@pytest.fixture(scope="module", params=["processors", "plain rules alone"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return Reader.from_entry_points() if request.param == "processors" else Reader(FedmsgMeta([]))


def read(reader: Reader, topic: str, msg: dict[str, Any]) -> BusMessage:
    return reader.read({"topic": f"org.fedoraproject.prod.{topic}", "msg": msg}, NOW)


def webhook(agent: str | None = None, **body: Any) -> dict[str, Any]:
    return {"agent": agent, "headers": {}, "body": body}


def hook(agent: str | None = None, **body: Any) -> dict[str, Any]:
    return webhook(agent, repository=REPOSITORY, sender={"login": "woolly"}, **body)


def test_the_account_system_wraps_its_messages_once_more(reader: Reader) -> None:
    inner = {"agent": "abe", "user": "zoe", "group": "lamps"}
    message = read(reader, "fas.group.member.sponsor", {"msg": inner})
    assert message.people == ("abe", "zoe")
    assert message.groups == ("lamps",)
    assert message.sentence.startswith("abe sponsored zoe")
    assert message.body == {"msg": inner}
    message = read(reader, "fas.group.member.removed", {"msg": inner})
    assert message.sentence == "abe removed zoe from the group lamps"
    message = read(reader, "fas.user.create", {"msg": {"agent": "abe", "user": "zoe"}})
    assert message.people == ("abe", "zoe")


def test_a_meeting_on_matrix_has_a_room_and_people(reader: Reader) -> None:
    body: dict[str, Any] = {"start_user": "abe", "meeting_name": "Lamps"}
    body["location"] = "#lamps:fedoraproject.org"
    message = read(reader, "meetbot.meeting.start", body)
    assert message.sentence == "abe opened the meeting “Lamps”"
    assert message.channel == "#lamps:fedoraproject.org"
    assert message.people == ("abe",)
    body |= {
        "end_user": "@bea:fedora.im",
        "url": "https://meetings.example/lamps/2026-11-24/",
        "logs": [
            {"log_type": "HTML Log", "log_url": f"{MEETING}.log.html"},
            {"log_type": "Text Minutes", "log_url": f"{MEETING}.txt"},
            {"log_type": "HTML Minutes", "log_url": f"{MEETING}.html"},
        ],
        "attendees": [{"name": "zoe", "lines_said": 3}, {"name": "@ida:elsewhere.example"}],
        "chairs": ["moe"],
    }
    message = read(reader, "meetbot.meeting.complete", body)
    assert message.sentence == "The meeting “Lamps” has ended"
    assert message.link == f"{MEETING}.html"
    by_schema = {"headers": {SCHEMA: "meetbot.meeting.complete"}, "msg": body}
    topic = "org.fedoraproject.prod.meetbot.meeting.complete"
    assert reader.read({"topic": topic, **by_schema}, NOW).link == f"{MEETING}.html"
    del body["logs"][2]
    assert read(reader, "meetbot.meeting.complete", body).link == body["url"]
    assert message.agent == "bea"
    assert message.people == ("abe", "bea", "moe", "zoe")


def test_a_github_login_is_no_account_and_the_agent_of_the_bus_is(reader: Reader) -> None:
    issue = {"number": 7, "title": "Dark", "html_url": "https://github.com/lamps/wick/issues/7"}
    body = hook("abe", action="opened", issue={**issue, "user": {"login": "stranger"}})
    message = read(reader, "github.issues", body)
    assert message.sentence == "woolly opened issue #7 of lamps/wick: “Dark”"
    assert message.people == ("abe",)
    assert message.repositories == ("forge.example/lamps/wick",)
    assert read(reader, "github.issues", {**body, "agent": None}).people == ()


def test_a_github_push_links_to_the_comparison(reader: Reader) -> None:
    commit = {"message": "Trim the wick\n\nIt smoked."}
    compare = "https://github.com/lamps/wick/compare/a...b"
    body = hook(commits=[commit, commit], head_commit=commit, compare=compare)
    message = read(reader, "github.push", body)
    assert message.sentence == "woolly pushed 2 commits to lamps/wick: “Trim the wick”"
    assert message.link == compare


def test_a_forgejo_push_without_commits_is_a_push(reader: Reader) -> None:
    message = read(reader, "forgejo.push", hook(commits=[], head_commit=None))
    assert message.sentence == "woolly pushed to lamps/wick"


def test_a_pull_request_closed_by_merging_is_merged(reader: Reader) -> None:
    request = {
        "number": 3,
        "title": "Oil",
        "html_url": "https://forge.example/lamps/wick/pulls/3",
        "user": {"login": "gumboot"},
        "assignees": [{"login": "zoe"}],
        "requested_reviewers": [{"login": "moe"}],
    }
    for merged, word in ((True, "merged"), (False, "closed")):
        body = hook(action="closed", pull_request={**request, "merged": merged})
        message = read(reader, "forgejo.pull_request", body)
        assert message.sentence == f"woolly {word} pull request #3 of lamps/wick: “Oil”"
        assert message.people == ("gumboot", "moe", "woolly", "zoe")


def test_a_run_of_forgejo_names_who_triggered_it(reader: Reader) -> None:
    run = {
        "title": "Tests",
        "html_url": "https://forge.example/runs/1",
        "trigger_user": {"login": "zoe"},
    }
    body = webhook(action="failure", run=run, repository=REPOSITORY)
    message = read(reader, "forgejo.action_run_failure", body)
    assert message.sentence == "The run “Tests” of lamps/wick failed"
    assert message.agent == "zoe"


def test_gitlab_is_read(reader: Reader) -> None:
    thing = {"iid": 1, "title": "Oil", "url": "https://gitlab.example/1", "action": "approved"}
    body = webhook(user={"username": "woolly"}, project=PROJECT, object_attributes=thing)
    message = read(reader, "gitlab.merge_request", body)
    assert message.sentence == "woolly approved merge request !1 of lamps/wick: “Oil”"
    assert message.link == "https://gitlab.example/1"
    assert message.repositories == ("gitlab.example/lamps/wick",)
    assert message.people == ()
    message = read(reader, "gitlab.issue", body)
    assert message.sentence == "woolly approved issue #1 of lamps/wick: “Oil”"
    message = read(
        reader, "gitlab.push", webhook(user_username="woolly", project=PROJECT, commits=[{}])
    )
    assert message.sentence == "woolly pushed a commit to lamps/wick"


@pytest.mark.parametrize(
    ("topic", "body", "sentence", "link", "people"),
    [
        (
            "post.post_created",
            {"post": POST},
            "zoe posted in “Wicks”",
            "https://talk.example/t/wicks/4/2",
            ("zoe",),
        ),
        (
            "like.post_liked",
            {"like": {"post": POST, "user": {"username": "abe"}}},
            "abe liked zoe's post in “Wicks”",
            "https://talk.example/t/wicks/4/2",
            ("abe", "zoe"),
        ),
        (
            "topic.topic_created",
            {"topic": {"created_by": {"username": "zoe"}, "title": "Oil", "slug": "oil", "id": 9}},
            "zoe opened the topic “Oil”",
            "https://talk.example/t/oil/9",
            ("zoe",),
        ),
    ],
)
def test_a_discussion_is_read(
    reader: Reader,
    topic: str,
    body: dict[str, Any],
    sentence: str,
    link: str,
    people: tuple[str, ...],
) -> None:
    wrapped = {"webhook_body": body, "webhook_headers": HEADERS}
    message = read(reader, f"discourse.{topic}", wrapped)
    assert (message.sentence, message.link, message.people) == (sentence, link, people)
    assert message.agent == people[0]


def test_bugzilla_shows_accounts_and_no_addresses(reader: Reader) -> None:
    body = {
        "bug": {"id": 5, "summary": "Dark", "assigned_to": {"login": "zoe@mail.example"}},
        "event": {"user": {"login": "abe@mail.example"}},
        "agent_name": "abe",
        "usernames": ["abe", "zoe"],
    }
    for topic, did in (("new", "reported"), ("update", "changed")):
        message = read(reader, f"bugzilla.bug.{topic}", body)
        assert message.sentence == f"abe {did} bug #5: “Dark”"
        assert message.people == ("abe", "zoe")
        assert message.link == "https://bugzilla.redhat.com/show_bug.cgi?id=5"


@pytest.mark.parametrize(
    ("publisher", "project", "repository"),
    [
        ("io.pagure", {"name": "wick"}, "pagure.io/wick"),
        ("io.pagure", {"name": "wick", "namespace": "lamps"}, "pagure.io/lamps/wick"),
        (
            "org.fedoraproject",
            {"name": "wick", "namespace": "rpms"},
            "src.fedoraproject.org/rpms/wick",
        ),
        (
            "io.pagure",
            {"name": "wick", "parent": {"name": "wick"}, "user": {"name": "zoe"}},
            "pagure.io/fork/zoe/wick",
        ),
        (
            "io.pagure",
            {"name": "wick", "full_url": "https://pagure.io/wick"},
            "pagure.io/wick",
        ),
    ],
)
def test_a_project_of_pagure_is_a_repository(
    reader: Reader, publisher: str, project: dict[str, Any], repository: str
) -> None:
    for body in ({"project": project}, {"pullrequest": {"project": project}}):
        topic = f"{publisher}.prod.pagure.project.edit"
        message = reader.read({"topic": topic, "msg": {"agent": "abe", **body}}, NOW)
        assert message.repositories == (repository,)


def test_a_pagure_elsewhere_has_no_host_to_name(reader: Reader) -> None:
    topic = "org.lamps.prod.pagure.project.edit"
    assert reader.read({"topic": topic, "msg": {"project": {"name": "x"}}}, NOW).repositories == ()
