"""Merging messages by the conglomerators of other packages, some of which are broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from fedmsg.meta.base import BaseConglomerator

from hubs.bus.conglomerators import LARGEST, Conglomerators, Merged
from hubs.bus.facts import clean_text
from hubs.bus.fedmsg_meta import FedmsgMeta
from tests.bus import merging_vectors
from tests.bus.conglomerating import LampProcessor
from tests.bus.merging_vectors import MergingVector

VECTORS = merging_vectors.load()
TOPIC = "org.fedoraproject.prod.lamp.lit"


@pytest.fixture(scope="module")
def installed() -> Conglomerators:
    return Conglomerators(FedmsgMeta.from_entry_points().processors)


def kept(conglomerators: Conglomerators, envelopes: Sequence[Any]) -> dict[str, tuple[str, float]]:
    return {
        envelope["msg_id"]: (brief, float(envelope["timestamp"]))
        for envelope in envelopes
        if (brief := conglomerators.brief(envelope["topic"], envelope["msg"]))
    }


def test_there_are_as_many_as_there_were() -> None:
    assert len({vector.name for vector in VECTORS}) == len(VECTORS) >= 16


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_vector_is_merged_as_expected_from_what_is_kept(
    installed: Conglomerators, vector: MergingVector
) -> None:
    found = installed.merge(kept(installed, vector.envelopes))
    assert found
    expected = {without_hosts(clean_text(sentence)) for sentence in vector.sentences}
    assert {without_hosts(one.sentence) for one in found} <= expected
    merged = [name for one in found for name in one.ids]
    assert len(set(merged)) == len(merged)
    assert len(vector.envelopes) - len(merged) + len(found) == vector.left


def without_hosts(sentence: str) -> str:
    """Some conglomerators know the accounts of addresses, which are not kept."""
    return sentence.replace("@…", "")


def test_what_is_kept_is_small_and_has_nobodys_mail_address(installed: Conglomerators) -> None:
    briefs = [
        brief for vector in VECTORS for brief, _ in kept(installed, vector.envelopes).values()
    ]
    assert len(briefs) > 150
    assert max(map(len, briefs)) <= LARGEST
    assert not any(host in brief for brief in briefs for host in ("@gmail.com", "@redhat.com"))


def test_what_no_conglomerator_can_merge_is_not_kept(installed: Conglomerators) -> None:
    assert installed.brief(TOPIC, {"agent": "abe"}) == ""
    # They know its topic, and not the shape that it has today.
    comment = {"comment": {"update": {"title": "wick-1-2"}, "text": "Bright", "karma": 1}}
    assert installed.brief("org.fedoraproject.prod.bodhi.update.comment", comment) == ""


def test_who_wrote_mails_is_named_by_account_where_mailman_knows_it(
    installed: Conglomerators,
) -> None:
    mails = [
        {
            "topic": "org.fedoraproject.prod.mailman.receive",
            "msg_id": sender,
            "timestamp": 1,
            "msg": {
                "mlist": {"list_name": "lamps"},
                "sender_username": account,
                "msg": {
                    "from": f"Who <{sender}@mail.example>",
                    "subject": "Re: Light",
                    "references": "<light@mail.example>",
                    "message-id": f"<{sender}@mail.example>",
                    "archived-at": "<https://lists.example/1>",
                },
            },
        }
        for sender, account in (("abel", "abe"), ("nobody", None))
    ]
    [merged] = installed.merge(kept(installed, mails))
    said = 'abe and nobody@… wrote 2 replies to the "Light" thread on the lamps list'
    assert merged.sentence == said


class ByLamp(BaseConglomerator):
    """One that works; what it does may be spoilt."""

    spoilt = ""

    def can_handle(self, msg: dict[str, Any], **config: Any) -> bool:
        self._spoil("can_handle")
        return True

    def matches(self, a: dict[str, Any], b: dict[str, Any], **config: Any) -> bool:
        self._spoil("matches")
        return True

    def merge(
        self, constituents: Sequence[dict[str, Any]], subject: Any, **config: Any
    ) -> dict[str, Any]:
        self._spoil("merge")
        ids: dict[str, Any] = {message["msg_id"]: {} for message in constituents}
        if self.spoilt == "ids":
            return {"subtitle": "The lamps were lit"}
        return {"msg_ids": ids, "subtitle": {} if self.spoilt == "words" else "The lamps were lit"}

    def _spoil(self, step: str) -> None:
        if step == self.spoilt:
            raise KeyError(step)


def spoilt(step: str) -> type[ByLamp]:
    return type("Spoilt", (ByLamp,), {"spoilt": step})


TWO: list[dict[str, Any]] = [
    {"topic": TOPIC, "msg": {}, "msg_id": name, "timestamp": 1} for name in ("a", "b")
]
BOTH = [Merged(frozenset("ab"), "The lamps were lit")]


@pytest.mark.parametrize("step", ["can_handle", "matches", "merge", "words"])
def test_a_conglomerator_that_is_broken_costs_itself_alone(step: str) -> None:
    alone = Conglomerators([LampProcessor.of(spoilt(step))])
    assert kept(alone, TWO) == {}
    working = Conglomerators([LampProcessor.of(ByLamp)])
    briefs = kept(working, TWO)
    assert alone.merge(briefs) == []
    both = Conglomerators([LampProcessor.of(spoilt(step), ByLamp)])
    assert kept(both, TWO) == briefs
    assert both.merge(briefs) == BOTH


def test_one_that_does_not_say_what_it_merged_takes_no_message_away() -> None:
    both = Conglomerators([LampProcessor.of(spoilt("ids")), LampProcessor.of(ByLamp)])
    assert both.merge(kept(Conglomerators([LampProcessor.of(ByLamp)]), TWO)) == BOTH


def test_long_texts_and_lists_are_kept_in_part_and_a_large_message_not_at_all() -> None:
    conglomerators = Conglomerators([LampProcessor.of(ByLamp)])
    body: dict[str, Any] = {"text": "x" * 10_000, "list": [{"inner": [1] * 100}] * 100, "n": 1}
    brief = json.loads(conglomerators.brief(TOPIC, body))
    assert brief == {
        "topic": TOPIC,
        "msg": {"text": "x" * 500, "list": [{"inner": [1] * 3}] * 3, "n": 1},
    }
    assert conglomerators.brief(TOPIC, {str(n): "x" * 100 for n in range(100)}) == ""
