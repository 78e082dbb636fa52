"""Which entries of a feed are shown as one, and in what words."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from fedmsg.meta.base import BaseConglomerator

from hubs.bus.conglomerators import Conglomerators
from hubs.model.entry import Entry
from hubs.widgets.feed.line import Line
from hubs.widgets.feed.merging import Group, merged
from tests.bus.conglomerating import LampProcessor

#: Tuesday, 24 November 2026, 12:00 UTC.
NOON = 1795521600.0
HOUR = 3600.0
NONE = Conglomerators([])
NUMBERS = itertools.count(1)


def entry(ago: float = 0.0, **facts: Any) -> Entry:
    number = next(NUMBERS)
    given = {"sentence": f"abe pushed {number}", "agent": "abe", "topic": "lamp.push", **facts}
    return Entry(id=str(number), time=NOON - ago, **given)


def groups(*entries: Entry, conglomerators: Conglomerators = NONE) -> list[Group]:
    return list(merged(entries, conglomerators))


def ids(found: Sequence[Group]) -> list[list[str]]:
    return [[entry.id for entry in group.entries] for group in found]


PUSH = "abe pushed {count} commits to wick"


def test_what_shares_words_for_several_is_counted_in_them() -> None:
    new, old = entry(several=PUSH, count=3), entry(60, several=PUSH)
    [group] = groups(new, old)
    assert group == Group((new, old), "abe pushed 4 commits to wick")


def test_one_alone_keeps_its_own_words() -> None:
    one = entry(several=PUSH, count=3)
    assert groups(one) == [Group((one,), one.sentence)]


def test_without_such_words_the_newest_speaks_for_the_others() -> None:
    new, old = entry(target="forge.example/wick"), entry(60, target="forge.example/wick")
    assert groups(new, old) == [Group((new, old), new.sentence, says_all=False)]


@pytest.mark.parametrize(
    "other",
    [
        {"agent": "zoe"},
        {"topic": "lamp.lit"},
        {"target": "forge.example/oil"},
        {"target": ""},
        {"several": PUSH},
        {"ago": HOUR + 1},
    ],
)
def test_another_person_kind_thing_or_time_stands_alone(other: dict[str, Any]) -> None:
    facts: dict[str, Any] = {"ago": 60, "target": "forge.example/wick"}
    assert len(groups(entry(target="forge.example/wick"), entry(**{**facts, **other}))) == 2


def test_what_has_no_target_is_like_nothing() -> None:
    assert len(groups(entry(), entry())) == 2


def test_near_is_counted_from_one_to_the_next() -> None:
    entries = [entry(ago * HOUR * 0.9, several=PUSH) for ago in range(5)]
    assert ids(groups(*entries)) == [[entry.id for entry in entries]]


def test_the_days_are_not_mixed() -> None:
    late, early = entry(12 * HOUR - 60, several=PUSH), entry(12 * HOUR + 60, several=PUSH)
    assert len(groups(late, early)) == 2


def test_a_group_stands_where_its_newest_stood() -> None:
    first, push, second, older = entry(), entry(1, several=PUSH), entry(2), entry(3, several=PUSH)
    assert ids(groups(first, push, second, older)) == [
        [first.id],
        [push.id, older.id],
        [second.id],
    ]


class ByLamp(BaseConglomerator):
    """Merges what is of one lamp."""

    def can_handle(self, msg: dict[str, Any], **config: Any) -> bool:
        return ".lamp." in msg["topic"]

    def matches(self, a: dict[str, Any], b: dict[str, Any], **config: Any) -> bool:
        return bool(a["msg"]["lamp"] == b["msg"]["lamp"])

    def merge(
        self, constituents: Sequence[dict[str, Any]], subject: Any, **config: Any
    ) -> dict[str, Any]:
        found: dict[str, Any] = self.produce_template(constituents, subject)  # type: ignore[attr-defined]
        return {**found, "subtitle": f"{constituents[0]['msg']['lamp']} went on and off"}


def test_what_a_conglomerator_knows_it_merges_first() -> None:
    conglomerators = Conglomerators([LampProcessor.of(ByLamp)])

    def told(lamp: str, ago: float) -> Entry:
        brief = conglomerators.brief("org.fedoraproject.prod.lamp.push", {"lamp": lamp})
        return entry(ago, brief=brief, several=PUSH)

    red, blue, again, plain = (
        told("red", 0),
        told("blue", 1),
        told("red", 2),
        entry(3, several=PUSH),
    )
    found = groups(red, blue, again, plain, conglomerators=conglomerators)
    assert ids(found) == [[red.id, again.id], [blue.id, plain.id]]
    assert [group.sentence for group in found] == [
        "red went on and off",
        "abe pushed 2 commits to wick",
    ]


def test_a_brief_that_is_broken_is_merged_by_nobody() -> None:
    conglomerators = Conglomerators([LampProcessor.of(ByLamp)])
    brief = json.dumps({"topic": "org.fedoraproject.prod.lamp.push", "msg": {}})
    both = entry(brief=brief, several=PUSH), entry(1, brief=brief, several=PUSH)
    found = groups(*both, conglomerators=conglomerators)
    assert [group.sentence for group in found] == ["abe pushed 2 commits to wick"]


def test_a_line_of_several_says_what_they_share() -> None:
    link = "https://forge.example/1"
    new = entry(several=PUSH, people=["abe", "zoe"], link=link)
    old = entry(60, several=PUSH, people=["ida"], link=link)
    [group] = groups(new, old)
    line = Line.of_group(group, {"abe", "ida"})
    assert line.entry.people == ("abe", "ida", "zoe")
    assert line.entry.agent == "abe"
    assert line.host == "forge.example"
    assert line.entry.time == new.time
    assert line.parts == (Line.of(new, {"abe", "ida"}), Line.of(old, {"abe", "ida"}))
    assert line.more == 0
    assert "".join(part.text for part in line.sentence) == "abe pushed 2 commits to wick"


def test_a_line_of_several_leads_nowhere_if_they_lead_to_different_places() -> None:
    two = entry(target="x", link="https://a.example/"), entry(target="x", link="https://b.example/")
    [group] = groups(*two)
    line = Line.of_group(group, set())
    assert line.host == ""
    assert line.more == 1
