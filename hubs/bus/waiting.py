"""What waits for somebody to act, and what no longer does, as messages tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hubs.bus.facts import clean_accounts
from hubs.bus.message import BusMessage
from hubs.model.stream import Answer, Ask

_MAIL = re.compile(r"([\w.+-]+)@([\w.-]+)")
#: What is asked of who submitted an update is answered by any of these, after ``bodhi.update.``.
_BODHI_ANSWERS = frozenset(
    {"request.stable", "request.unpush", "request.obsolete", "complete.stable"}
)
_FORGEJO_DONE = frozenset({"reviewed", "submitted"})


def waits(message: BusMessage) -> list[Ask | Answer]:
    """Say what a message asks of people, or what it answers.

    Args:
        message: The message.

    Returns:
        Mostly nothing. A shape that is not known asks for nothing.
    """
    for start, read in _READERS.items():
        if message.topic.startswith(start):
            return [one for one in read(message) if not isinstance(one, Ask) or _asks_anyone(one)]
    return []


def _asks_anyone(ask: Ask) -> bool:
    return bool(ask.people or ask.owners_of)


def _bodhi(message: BusMessage) -> Iterator[Ask | Answer]:
    """Read https://fedora-infra.github.io/bodhi/ messages about updates."""
    update = _object(message.body, "update")
    subject = f"stable {update.get('alias') or update.get('updateid')}"
    event = message.topic.removeprefix("bodhi.update.")
    if event == "requirements_met.stable":
        yield Ask(subject, _accounts(_object(update, "user").get("name")))
    elif event in _BODHI_ANSWERS:
        yield Answer(subject)


def _forgejo(message: BusMessage) -> Iterator[Ask | Answer]:
    """Read the webhooks https://forgejo.org/docs/latest/user/webhooks/ as the bus carries them."""
    body = _object(message.body, "body")
    subject = f"review {_object(body, 'pull_request').get('html_url')}"
    reviewers = _accounts(_object(body, "requested_reviewer").get("login"))
    action = body.get("action")
    if action == "review_requested":
        yield Ask(subject, reviewers)
    elif action == "review_request_removed":
        yield from (Answer(subject, reviewer) for reviewer in reviewers)
    elif action in _FORGEJO_DONE:
        senders = _accounts(_object(body, "sender").get("login"))
        yield from (Answer(subject, sender) for sender in senders)
    elif action == "closed":
        yield Answer(subject)


def _pagure(message: BusMessage) -> Iterator[Ask | Answer]:
    """Read the messages https://docs.pagure.org/pagure/ has about pull requests."""
    request = _object(message.body, "pullrequest") or _object(message.body, "request")
    project = _object(request, "project") or _object(message.body, "project")
    subject = f"review {project.get('fullname')}#{request.get('id')}"
    event = message.topic.removeprefix("pagure.")
    if event.endswith("assigned.added"):
        yield Ask(subject, _accounts(_object(request, "assignee").get("name")))
    elif event in {"request.assigned.reset", "pull-request.assigned.reset", "pull-request.closed"}:
        yield Answer(subject)


def _bugzilla(message: BusMessage) -> Iterator[Ask | Answer]:
    """Read the changes of flags that https://github.com/fedora-infra/bugzilla2fedmsg passes on."""
    bug = _object(message.body, "bug")
    subject = f"needinfo {bug.get('id')}"
    if bug.get("status") == "CLOSED":
        yield Answer(subject)
        return
    changes = _object(message.body, "event").get("changes")
    for change in changes if isinstance(changes, list) else ():
        if not isinstance(change, Mapping):
            continue
        field = change.get("field") or change.get("field_name")
        removed, added = str(change.get("removed")), str(change.get("added"))
        if field == "flag.needinfo" or (
            field == "flagtypes.name" and "needinfo" in removed + added
        ):
            yield from (Answer(subject, one) for one in _requestees(removed, message))
            yield Ask(subject, _requestees(added, message) if "?" in added else ())


def _requestees(flag: str, message: BusMessage) -> tuple[str, ...]:
    """Give the accounts behind ``needinfo?(ralph@fedoraproject.org)``.

    Of an address elsewhere only a name counts that the message itself has for an account.
    """
    return tuple(
        name
        for name, host in _MAIL.findall(flag)
        if host == "fedoraproject.org" or name in message.people
    )


def _hubs(message: BusMessage) -> Iterator[Ask | Answer]:
    """Read our own messages about who joins which team."""
    team, person = message.body.get("hub_name"), message.body.get("username")
    subject = f"join {team} {person}"
    if message.topic == "hubs.user.role.requested":
        [owners_of] = _accounts(team) or [""]
        yield Ask(subject, owners_of=owners_of)
    elif message.body.get("role") in (None, "member", "owner"):
        yield Answer(subject)


_READERS: Mapping[str, Callable[[BusMessage], Iterator[Ask | Answer]]] = {
    "bodhi.update.": _bodhi,
    "forgejo.pull_request": _forgejo,
    "pagure.pull-request.": _pagure,
    "pagure.request.": _pagure,
    "bugzilla.bug.update": _bugzilla,
    "hubs.user.role.": _hubs,
}


def _object(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _accounts(name: object) -> tuple[str, ...]:
    return tuple(clean_accounts([name]))
