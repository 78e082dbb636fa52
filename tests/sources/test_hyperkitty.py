from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.errors import FailingError, UnreadableError
from hubs.sources.hyperkitty import MailingList, Standing
from hubs.sources.session import Session
from tests.sources.asking import failing
from tests.sources.hyperkitty import (
    ADDRESS,
    LIST,
    THREADS,
    archive,
    mailing_list,
    services,
    thread,
    threads,
)
from tests.sources.outside import Behaviour, Outside, in_turn, queries, says


@pytest.fixture
def session(outside: Outside, session_for: Callable[[Services], Session]) -> Session:
    return session_for(services(outside.url()))


@pytest.fixture
def lamps(outside: Outside) -> MailingList:
    found = MailingList.at(ADDRESS.upper(), (outside.url("/archives"),))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("behaviour", "standing"),
    [
        (says(mailing_list()), Standing.OPEN),
        (says(mailing_list("private")), Standing.PRIVATE),
        (says(mailing_list("never")), Standing.MISSING),
        (says({"detail": "You do not have permission."}, 403), Standing.PRIVATE),
        (says({"detail": "Credentials were not provided."}, 401), Standing.PRIVATE),
        (says({"detail": "Not found."}, 404), Standing.MISSING),
    ],
)
async def test_whether_an_archive_can_be_read_is_known_without_a_fault(
    behaviour: Behaviour,
    standing: Standing,
    outside: Outside,
    session: Session,
    lamps: MailingList,
) -> None:
    outside.paths[LIST] = behaviour
    assert await lamps.standing(session) is standing


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (says(b"", 500), FailingError),
        (says({"archive_policy": "public"}), UnreadableError),
    ],
)
async def test_an_archive_that_is_out_of_order_is_not_called_private(
    behaviour: Behaviour,
    kind: type[Exception],
    outside: Outside,
    session: Session,
    lamps: MailingList,
) -> None:
    outside.paths[LIST] = behaviour
    assert isinstance(await failing(lamps.standing(session)), kind)


async def test_a_thread_leads_to_its_page_and_shows_nobodys_address(
    outside: Outside, session: Session, lamps: MailingList
) -> None:
    found = thread(
        "ABC",
        "Re: mail of zoe@example.org and abe (a) example.org  <x@y.z> lost",
        "2026-11-24T12:00:00Z",
        3,
    )
    archive(outside, (found, None))
    [one] = await lamps.threads(session, 8)
    assert one.title == "Re: mail of and lost"
    assert one.url == outside.url(f"/archives/list/{ADDRESS}/thread/ABC/")
    assert (one.list, one.replies, one.active) == (ADDRESS, 3, 1795521600.0)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Zoe Lamp", "Zoe Lamp"),
        ("zoe@example.org", ""),
        ("zoe (a) example.org", ""),
        ('"Zoe" <zoe@example.org>', "Zoe"),
        ("Zoe (zoe@example.org)", "Zoe"),
        (" Zoe\u202e\n Lamp", "Zoe Lamp"),
        (None, ""),
    ],
)
async def test_who_began_a_thread_is_named_without_their_address(
    said: str | None, name: str, outside: Outside, session: Session, lamps: MailingList
) -> None:
    archive(outside, (thread("ABC", "Wicks"), said))
    [one] = await lamps.threads(session, 8)
    assert await lamps.beginner(session, one) == name


@pytest.mark.parametrize("first", [None, "https://x.example/email/%2e%2e/", ""])
async def test_a_thread_whose_first_mail_is_not_known_has_nobody_who_began_it(
    first: str | None, outside: Outside, session: Session, lamps: MailingList
) -> None:
    outside.paths[THREADS] = says(threads({**thread("ABC", ""), "starting_email": first}))
    [one] = await lamps.threads(session, 8)
    assert await lamps.beginner(session, one) == ""
    assert (one.title, len(outside.seen)) == ("…", 1)


async def test_no_more_is_asked_for_than_is_wanted(
    outside: Outside, session: Session, lamps: MailingList
) -> None:
    more = "https://elsewhere.example/secret"
    outside.paths[THREADS] = in_turn(
        says(threads(thread("A", ""), thread("B", ""), more=more)),
        says(threads(thread("C", ""), thread("D", ""), more=more)),
    )
    found = await lamps.threads(session, 3)
    assert [one.first for one in found] == ["A", "B", "C"]
    assert queries(outside) == [{"limit": "3", "offset": "0"}, {"limit": "1", "offset": "2"}]


def test_an_archive_is_where_its_list_is() -> None:
    bases = ("https://lists.example/archives", "https://other.example:8443")
    found = MailingList.at("moss@other.example", bases)
    assert found is not None
    assert found.page == "https://other.example:8443/list/moss@other.example/"
    assert MailingList.at("moss@else.example", bases) is None
    assert MailingList.at("moss", bases) is None
