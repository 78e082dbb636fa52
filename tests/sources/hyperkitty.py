"""A HyperKitty on this machine: ``hyperkitty/api`` of its source, paged as its settings have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.hyperkitty import MailingList
from hubs.sources.session import Session
from tests.sources.conditions import Row, without
from tests.sources.outside import Behaviour, Outside, in_turn, says

ADDRESS = "lamps@127.0.0.1"
LIST = f"/archives/api/list/{ADDRESS}/"
THREADS = f"{LIST}threads/"


def services(url: str) -> Services:
    return Services(hyperkitty=(f"{url}/archives",))


def email_path(hash_: str) -> str:
    return f"{LIST}email/{hash_}/"


def thread(
    hash_: str, subject: str, active: str = "2026-11-24T09:00:00Z", replies: int = 0
) -> dict[str, Any]:
    """Give a thread as a list has it."""
    url = f"https://lists.example{LIST}"
    return {
        "url": f"{url}thread/{hash_}/",
        "mailinglist": url,
        "thread_id": hash_,
        "subject": subject,
        "date_active": active,
        "starting_email": f"{url}email/{hash_}/",
        "emails": f"{url}thread/{hash_}/emails/",
        "votes_total": 0,
        "replies_count": replies,
        "next_thread": None,
        "prev_thread": None,
    }


def threads(*found: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    return {"count": 7, "next": more, "previous": None, "results": list(found)}


def email(hash_: str, name: str | None) -> dict[str, Any]:
    """Give a mail as it is by itself, without its text."""
    url = f"https://lists.example{LIST}"
    sender = {"address": "zoe (a) example.org", "mailman_id": None, "emails": None}
    return {
        "url": f"{url}email/{hash_}/",
        "mailinglist": url,
        "message_id": "1@example.org",
        "message_id_hash": hash_,
        "thread": f"{url}thread/{hash_}/",
        "sender": sender,
        "sender_name": name,
        "subject": "Wicks",
        "date": "2026-11-24T08:00:00Z",
        "parent": None,
        "children": [],
        "votes": {"likes": 0, "dislikes": 0, "status": "neutral"},
        "attachments": [],
    }


def mailing_list(policy: str = "public") -> dict[str, Any]:
    url = f"https://lists.example{LIST}"
    return {
        "url": url,
        "name": ADDRESS,
        "display_name": "Lamps",
        "description": "",
        "subject_prefix": "[lamps] ",
        "archive_policy": policy,
        "created_at": "2016-01-01T00:00:00Z",
        "threads": f"{url}threads/",
        "emails": f"{url}emails/",
    }


def archive(outside: Outside, *found: tuple[dict[str, Any], str | None]) -> None:
    """Let a list have threads, each with who began it."""
    outside.paths[LIST] = says(mailing_list())
    outside.paths[THREADS] = says(threads(*(one for one, _ in found)))
    for one, name in found:
        outside.paths[email_path(one["thread_id"])] = says(email(one["thread_id"], name))


def _pages(_: str) -> Behaviour:
    first = threads(
        thread("A", "Oil"), thread("B", "Wicks"), more="https://lists.example/?offset=2"
    )
    return in_turn(says(first), says(threads(thread("C", "Flames"))))


async def _threads(session: Session, url: str) -> Sequence[Any]:
    return await MailingList(ADDRESS, f"{url}/archives").threads(session, 8)


ROWS = (
    Row(
        name="hyperkitty",
        services=services,
        path=THREADS,
        ask=_threads,
        two=lambda _: threads(thread("A", "Oil"), thread("B", "Wicks")),
        none=threads(),
        pages=_pages,
        wrong={
            "next": {"detail": "Not found."},
            "results.0.replies_count": threads({**thread("A", ""), "replies_count": "many"}),
            "results.0.date_active": threads(thread("A", "", "soon")),
            "results.0.subject": threads(without(thread("A", ""), "subject")),
            "results.0.starting_email": threads({**thread("A", ""), "starting_email": 7}),
        },
    ),
)
