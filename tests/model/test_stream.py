"""What a person sees in their stream."""

from __future__ import annotations

import pytest

from hubs.model.entry import Entry
from hubs.model.stream import Hide, visible


def entry(*hubs: int) -> Entry:
    return Entry("1", 1.0, "bodhi.update.comment", "zoe lit a lamp", hubs=hubs)


@pytest.mark.parametrize(
    ("hide", "hubs", "seen"),
    [
        (Hide(1, "updates"), (1,), False),
        (Hide(1, "updates"), (1, 2), True),
        (Hide(1, "code"), (1,), True),
        (Hide(1, None), (1,), False),
        (Hide(1, None), (2,), True),
        (Hide(None, "updates"), (1, 2), False),
        (Hide(None, "updates"), (), False),
        (Hide(1, "updates"), (), True),
    ],
)
def test_an_entry_is_hidden_when_each_way_it_came_by_is(
    hide: Hide, hubs: tuple[int, ...], seen: bool
) -> None:
    assert visible(entry(*hubs), [hide]) is seen


def test_two_hides_together_may_hide_what_neither_does() -> None:
    assert not visible(entry(1, 2), [Hide(1, None), Hide(2, "updates")])


def test_nobody_hides_everything() -> None:
    with pytest.raises(ValueError, match="got neither"):
        Hide(None, None)
