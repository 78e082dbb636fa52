"""Reads messages by plain rules, for what no processor knows.

The places are those of the messages of today's services: Forgejo, GitHub and GitLab by
webhook-to-fedora-messaging, Pagure, dist-git, Bodhi, Koji, Copr, noggin, Badges, meetbot,
Discourse, Bugzilla, the wiki and the planet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hubs.bus import repositories, sentences, several
from hubs.bus.body import dig, keys, texts
from hubs.bus.facts import (
    Facts,
    clean_accounts,
    clean_channels,
    clean_link,
    clean_names,
    clean_text,
)

#: Where the account name of who did it stands; the first that is there counts.
_AGENTS = (
    *("agent", "agent_name", "commit.username", "comment.author"),
    *("owner", "user", "user.username", "username", "end_user", "start_user", "sender_username"),
    *("webhook_body.post.username", "webhook_body.like.user.username"),
    "webhook_body.topic.created_by.username",
)
#: Where other account names stand.
_PEOPLE = (
    *("user.name", "recipient", "person.nickname", "usernames", "update.user.name"),
    *("comment.update.user.name", "issue.user.name", "issue.assignee.name"),
    *("pullrequest.user.name", "pullrequest.assignee.name", "attendees.name", "chairs"),
    "meeting.meeting_manager",
    *("webhook_body.like.post.username", "webhook_body.solved.username"),
)
#: Forgejo's people have their account names; those of GitHub and GitLab have any.
_FORGEJO_AGENTS = ("body.sender.login", "body.run.trigger_user.login")
_FORGEJO_PEOPLE = tuple(
    f"body.{thing}.{role}.login"
    for thing in ("issue", "pull_request")
    for role in ("user", "assignees", "requested_reviewers")
)
#: Where objects stand that are keyed by account name.
_PEOPLE_BY_NAME = ("attendees", "chairs")
#: Where https://github.com/fedora-infra/fedocal names the calendar.
_CALENDARS = ("meeting.calendar_name", "calendar.calendar_name")
#: Where tags stand, and what others call labels or categories.
_TAGS = (
    *("issue.tags", "pullrequest.tags", "tags", "badge.tags"),
    *("body.issue.labels.name", "body.pull_request.labels.name", "body.labels.title"),
    *("webhook_body.topic.tags", "webhook_body.topic.tags.name"),
    *(f"webhook_body.{thing}.category_slug" for thing in ("post", "topic", "like.post", "solved")),
)
#: Accounts of services, which have no page.
_NOBODY = frozenset({"bodhi", "koji", "pagure", "releng", "updater", "None"})


def facts(publisher: str, topic: str, body: Mapping[str, Any]) -> Facts:
    """Read a message.

    Args:
        publisher: What the topic began with, as in ``org.fedoraproject``.
        topic: Without the prefix of the bus.
        body: The message.

    Returns:
        What the rules find; one of its sentences is never empty.
    """
    forgejo = topic.startswith("forgejo.")
    agents = (*_AGENTS, *_FORGEJO_AGENTS) if forgejo else _AGENTS
    others = (*_PEOPLE, *_FORGEJO_PEOPLE) if forgejo else _PEOPLE
    agent = next(_accounts(texts(body, *agents)), "")
    named = (*texts(body, *agents, *others), *keys(body, *_PEOPLE_BY_NAME))
    home, teams = _hub(topic, body)
    said, link = sentences.say(topic, body)
    if_several, count = several.say_several(topic, body)
    words = topic.replace("_", " ").replace("-", " ").split(".")
    news = f"{words[0]}: {' '.join(words[1:]) or 'news'}" + (f" by {agent}" if agent else "")
    return Facts(
        sentence=clean_text(said),
        doubtful_sentence=clean_text(news),
        link=clean_link(link) or next(_links(body), ""),
        agent=agent,
        people=frozenset(_accounts((*named, *home))) - _NOBODY,
        groups=clean_names(texts(body, "group", "group.name", "groups")),
        packages=clean_names(_packages(topic, body)),
        repositories=clean_names(repositories.find(publisher, topic, body)),
        channel=next(iter(clean_channels(texts(body, "channel", "location"))), ""),
        lists=clean_names(_lists(body)),
        tags=clean_names(texts(body, *_TAGS)),
        calendars=clean_names(texts(body, *_CALENDARS)),
        teams=clean_names(teams),
        several=clean_text(if_several),
        count=count,
    )


def _accounts(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        # Old calendars join the names of who manages a meeting.
        yield from clean_accounts(name.split(","))


def _hub(topic: str, body: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Give whose hub a message of ours is about: a person, or a team that wants to know.

    Who follows a team is news for its followers no more than who stopped asking to join it.
    """
    if not topic.startswith("hubs."):
        return [], []
    names = list(texts(body, "hub_name"))
    if body.get("hub_type") == "user":
        return names, []
    is_news = body.get("role") in (None, "member", "owner") and not topic.endswith(".declined")
    return [], names if is_news else []


def _lists(body: Mapping[str, Any]) -> Iterator[str]:
    """Give the mailing lists, as https://docs.mailman3.org/ writes their full names."""
    for name in texts(body, "mlist.fqdn_listname", "mailing_list"):
        yield name.lower()


def _links(body: Mapping[str, Any]) -> Iterator[str]:
    for link in texts(body, "url", "link", "full_url", "html_url"):
        if clean_link(link):
            yield link


def _packages(topic: str, body: Mapping[str, Any]) -> Iterator[str]:
    if topic.startswith("buildsys."):
        yield from texts(body, "name")
    if topic.startswith("git.") and (dig(body, "commit.namespace") or "rpms") == "rpms":
        yield from texts(body, "commit.repo")
    for nvr in texts(body, "update.builds.nvr", "comment.update.builds.nvr"):
        yield nvr.rsplit("-", 2)[0]
