"""Finds the repositories that a message is about, whatever forge it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from hubs.bus.body import dig, texts
from hubs.bus.facts import clean_link

_DIST_GIT = "src.fedoraproject.org"
#: The hosts of Pagure by publisher.
_PAGURES: Mapping[str, str] = {"io.pagure": "pagure.io", "org.fedoraproject": _DIST_GIT}
_URLS = (
    *("body.repository.html_url", "body.run.repository.html_url", "repository.html_url"),
    *("body.project.web_url", "project.web_url"),
    *("project.full_url", "pullrequest.project.full_url", "repo.full_url"),
)
_COPR = "copr.fedorainfracloud.org/coprs"
_PROJECTS = ("project", "pullrequest.project", "repo", "commit.repo")


def find(publisher: str, topic: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Find repositories.

    Args:
        publisher: What the topic began with, as in ``io.pagure``.
        topic: Without the prefix of the bus.
        body: The message.

    Yields:
        Repositories as in ``github.com/fedora-infra/bodhi``.
    """
    for url in texts(body, *_URLS):
        if clean_link(url):
            parts = urlsplit(url)
            yield f"{parts.hostname}{parts.path}".rstrip("/").removesuffix(".git")
    if topic.startswith("copr."):
        yield from _copr_projects(body)
    if topic.startswith("git."):
        for name in texts(body, "commit.repo"):
            yield f"{_DIST_GIT}/{dig(body, 'commit.namespace') or 'rpms'}/{name}"
    if topic.startswith("pagure.") and publisher in _PAGURES:
        yield from _pagure_projects(_PAGURES[publisher], body)


def _copr_projects(body: Mapping[str, Any]) -> Iterator[str]:
    for owner, name in zip(texts(body, "owner"), texts(body, "copr"), strict=False):
        yield f"{_COPR}/{owner.replace('@', 'g/', 1)}/{name}"


def _pagure_projects(host: str, body: Mapping[str, Any]) -> Iterator[str]:
    for path in _PROJECTS:
        project = dig(body, path)
        if isinstance(project, Mapping) and project.get("name"):
            yield "/".join([host, *_pagure_path(project)])


def _pagure_path(project: Mapping[str, Any]) -> Iterator[str]:
    if project.get("parent"):
        yield f"fork/{dig(project, 'user.name')}"
    if project.get("namespace"):
        yield str(project["namespace"])
    yield str(project["name"])
