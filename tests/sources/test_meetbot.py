from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.meetbot import Meetbot, Meeting, slug_of_room
from hubs.sources.minutes import LONGEST_REQUEST, MOST_REQUESTS, HelpRequest, help_requests
from hubs.sources.session import Session
from tests.sources.meetbot import LAMPS, LOOK_UP, ROOM, WHEN, halp, listed, minutes, on, services
from tests.sources.outside import Outside, in_turn, queries, says

MOTE = "https://meetbot.fedoraproject.org"
FILES = "https://meetbot-raw.fedoraproject.org"
PAGE = "https://mote.example/minutes.html"
LOG = "https://mote.example/minutes.log.html"
#: As the bot of IRC writes an item.
HELP = """<h3>Meeting summary</h3><ol><li><b class="TOPIC">Oil</b>
  <span class="details">(<a href='lamps.log.html#l-7'>zoe</a>, 14:02:00)</span> <ol type="a">
  <li><i class="itemtype">HELP</i>: <span class="HELP">Press 5 &lt; 6
    olives</span> <span class="details">(<a href='lamps.log.html#l-12'>abe</a>,
    14:10:00)</span></li>
  <li><i class="itemtype">HELP</i>: <span class="HELP">Stir</span> (moe, 14:11:00)</li>
  </ol></li></ol>
"""


async def test_the_last_meetings_of_a_name_come_newest_first(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    meetbot = Meetbot(session_for(services(outside.url())))
    others = [on("2026-11-25", "lamp-sig-board"), listed("/teams/lamps/lamps.html")]
    days = [on(day) for day in ("2026-11-10", "2026-11-24", "2026-11-17", "2026-11-03")]
    outside.paths[LOOK_UP] = says([*days, *others])
    found = await meetbot.named("Lamp SIG")
    assert [one.path[-21:-11] for one in found] == ["2026-11-24", "2026-11-17", "2026-11-10"]
    assert found[0] == Meeting("lamp-sig", ROOM, WHEN, LAMPS)
    assert found[0].title == "lamp sig"
    assert meetbot.minutes(found[0]) == outside.url(LAMPS)
    assert meetbot.log(found[0]) == outside.url(LAMPS.replace(".html", ".log.html"))
    assert queries(outside) == [{"rqstdata": "srchmeet", "srchtext": "lamp-sig"}]


async def test_the_last_meetings_in_a_room_are_those_of_its_last_days(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    meetbot = Meetbot(session_for(services(outside.url())))
    days = {f"2026-11-{day}": f"{FILES}/{ROOM}/2026-11-{day}" for day in (17, 24, 10)}
    outside.paths[LOOK_UP] = in_turn(
        says(days), says([on("2026-11-24"), on("2026-11-24", "oil")]), says([on("2026-11-17")])
    )
    found = await meetbot.held_in("#meeting:fedoraproject.org", most=3)
    assert [one.name for one in found] == ["lamp-sig", "oil", "lamp-sig"]
    asked = queries(outside)
    assert [one["rqstdata"] for one in asked] == ["listdate", "listmeet", "listmeet"]
    assert [one.get("datename") for one in asked] == [None, "2026-11-24", "2026-11-17"]
    assert {one["channame"] for one in asked} == {ROOM}


async def test_a_room_without_a_meeting_has_none(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    # As mote says it: its errors are empty objects.
    outside.paths[LOOK_UP] = in_turn(says({}), says({"2026-11-24": FILES}), says({}))
    meetbot = Meetbot(session_for(services(outside.url())))
    assert await meetbot.held_in("#nobody") == []
    assert await meetbot.held_in("#nobody") == []


@pytest.mark.parametrize(
    ("room", "slug"),
    [
        ("#meeting:fedoraproject.org", ROOM),
        ("#fedora-meeting-1", "fedora-meeting-1"),
        ("#Kühe:fedora.im", "kuhe_matrix_fedora-im"),
    ],
)
def test_a_room_stands_in_addresses_as_the_bot_writes_it(room: str, slug: str) -> None:
    assert slug_of_room(room) == slug


@pytest.mark.parametrize(
    "address",
    [MOTE + LAMPS, f"{FILES}/{LAMPS}", (FILES + LAMPS).replace(".html", ".log.txt"), FILES + LAMPS],
)
def test_an_address_of_the_bus_leads_to_a_meeting(
    address: str, session_for: Callable[[Services], Session]
) -> None:
    meeting = Meetbot(session_for(Services())).known(address)
    assert meeting == Meeting("lamp-sig", ROOM, WHEN, LAMPS)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example" + LAMPS,
        f"https://{MOTE[8:]}@evil.example{LAMPS}",
        f"{MOTE}.evil.example{LAMPS}",
        f"{MOTE[:8]}[{MOTE[8:]}{LAMPS}",
        f"{MOTE}:81{LAMPS}",
        f"{MOTE}/../2026-11-24/lamp.2026-11-24-14.01.html",
        f"{MOTE}/%2e%2e/2026-11-24/lamp.2026-11-24-14.01.html",
        f"{MOTE}/{ROOM}/2026-11-24/",
        f"{MOTE}/{ROOM}/2026-11-24/lamp.2026-13-24-14.01.html",
    ],
)
def test_an_address_that_is_no_meeting_of_ours_is_none(
    address: str, session_for: Callable[[Services], Session]
) -> None:
    assert Meetbot(session_for(Services())).known(address) is None


async def test_the_files_are_asked_and_people_are_led_to_mote(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    outside.paths[LAMPS] = says(minutes(halp("Trim <wicks>"), "INFO: No help: needed"))
    meetbot = Meetbot(session_for(Services(meetbot_files=outside.url())))
    meeting = Meeting("lamp-sig", ROOM, WHEN, LAMPS)
    requests = await meetbot.help_requests(meeting)
    assert requests == [HelpRequest("Trim <wicks>", "zoe", MOTE + LAMPS)]


def test_the_bot_of_irc_tells_the_line_of_the_log() -> None:
    assert help_requests(HELP, PAGE, LOG) == [
        HelpRequest("Press 5 < 6 olives", "abe", f"{LOG}#l-12"),
        HelpRequest("Stir", "moe", PAGE),
    ]


@pytest.mark.parametrize(
    ("item", "request_"),
    [
        (halp("Oil (the green one) (please)"), ("Oil (the green one) (please)", "zoe")),
        (halp("abe: ^halp press", "@bridge:libera.chat"), ("abe: press", "@bridge:libera.chat")),
        (halp("Press", "@zoe:fedora.im.example"), ("Press", "@zoe:fedora.im.example")),
        (halp("Two\n lines"), ("Two lines", "zoe")),
        (halp("x" * 900), ("x" * LONGEST_REQUEST, "zoe")),
        (halp(""), None),
        ("HALP: nobody said so", None),
        ("ACTION: zoe to ask for HELP: oil (@zoe:fedora.im, 14:10:00)", None),
    ],
)
def test_a_request_is_what_was_said_and_who_said_it(
    item: str, request_: tuple[str, str] | None
) -> None:
    found = help_requests(minutes(item).decode(), PAGE, LOG)
    assert [(one.what, one.who) for one in found] == ([request_] if request_ else [])


def test_of_very_many_requests_the_first_are_read() -> None:
    page = minutes(*[halp(f"{number}") for number in range(99)]).decode()
    assert [one.what for one in help_requests(page, PAGE, LOG)] == [
        str(number) for number in range(MOST_REQUESTS)
    ]
