"""Reads messages by plain rules, for what no processor knows.

The places are those of the messages of today's services: Forgejo and GitHub by
webhook-to-fedora-messaging, Pagure, dist-git, Bodhi, Koji, Copr, noggin, Badges, meetbot, the
wiki and the planet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from hubs.bus import sentences
from hubs.bus.body import dig, keys, texts
from hubs.bus.facts import Facts, clean_accounts, clean_link, clean_names, clean_text

_DIST_GIT = "src.fedoraproject.org"
#: Where the account name of who did it stands; the first that is there counts.
_AGENTS = (
    *("agent", "body.sender.login", "sender.login", "run.trigger_user.login"),
    *("commit.username", "comment.author", "owner", "user", "username", "start_user"),
)
#: Where other account names stand.
_PEOPLE = (
    *("user", "username", "user.username", "user.name", "recipient", "person.nickname"),
    *("update.user.name", "comment.update.user.name"),
    *("issue.user.name", "issue.assignee.name", "pullrequest.user.name"),
    *("pullrequest.assignee.name", "body.issue.user.login", "body.pull_request.user.login"),
)
#: Where objects stand that are keyed by account name.
_PEOPLE_BY_NAME = ("attendees", "chairs")
_URLS = (
    *("body.repository.html_url", "repository.html_url", "project.full_url"),
    *("pullrequest.project.full_url", "repo.full_url"),
)
#: Accounts of services, which have no page.
_NOBODY = frozenset({"bodhi", "koji", "pagure", "releng", "updater", "None"})


def facts(topic: str, body: Mapping[str, Any]) -> Facts:
    """Read a message.

    Args:
        topic: Without the prefix of the bus.
        body: The message.

    Returns:
        What the rules find; its sentence is never empty.
    """
    agent = next(_accounts(topic, texts(body, *_AGENTS)), "")
    named = (*texts(body, *_AGENTS), *texts(body, *_PEOPLE), *keys(body, *_PEOPLE_BY_NAME))
    said, link = sentences.say(topic, body)
    if not said:
        words = topic.replace("_", " ").replace("-", " ").split(".")
        said = f"{words[0]}: {' '.join(words[1:]) or 'news'}" + (f" by {agent}" if agent else "")
    return Facts(
        sentence=clean_text(said),
        link=clean_link(link) or next(_links(body), ""),
        agent=agent,
        people=frozenset(_accounts(topic, named)) - _NOBODY,
        groups=clean_names(texts(body, "group", "groups", "msg.group")),
        packages=clean_names(_packages(topic, body)),
        repositories=clean_names(_repositories(topic, body)),
        channel=next(iter(clean_names(texts(body, "channel", "location"))), ""),
    )


def _accounts(topic: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        # MediaWiki begins every account name with a capital.
        yield from clean_accounts([name.lower() if topic.startswith("wiki.") else name])


def _links(body: Mapping[str, Any]) -> Iterator[str]:
    for link in texts(body, "url", "link", "full_url", "html_url"):
        if clean_link(link):
            yield link


def _packages(topic: str, body: Mapping[str, Any]) -> Iterator[str]:
    if topic.startswith("buildsys.") and "name" in body:
        yield from texts(body, "name")
    if topic.startswith("git.") and dig(body, "commit.namespace") in {"rpms", None}:
        yield from texts(body, "commit.repo")
    if topic.startswith("copr."):
        yield from texts(body, "pkg")
    for path in ("update.builds", "comment.update.builds"):
        builds = dig(body, path)
        for build in builds if isinstance(builds, list) else ():
            for nvr in texts(build, "nvr") if isinstance(build, Mapping) else ():
                yield nvr.rsplit("-", 2)[0]


def _repositories(topic: str, body: Mapping[str, Any]) -> Iterator[str]:
    for url in texts(body, *_URLS):
        if clean_link(url):
            parts = urlsplit(url)
            yield f"{parts.hostname}{parts.path}".rstrip("/")
    if topic.startswith("git."):
        for name in texts(body, "commit.repo"):
            yield f"{_DIST_GIT}/{dig(body, 'commit.namespace') or 'rpms'}/{name}"
