"""Asks once for all widgets of a page who has a hub that everybody may see."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from hubs.widgets.base import KnownPeople

#: How long widgets that ask wait for slower ones which may ask too, seconds.
PATIENCE = 0.5


@attrs.frozen(eq=False)
class _Question:
    names: frozenset[str]
    answer: Deferred[set[str]] = attrs.field(factory=Deferred)


class PeopleOfPage:
    """Answers each widget of one page, with one look-up for all of them.

    It asks as soon as every widget that is still at work waits for the answer.
    """

    def __init__(self, known_people: KnownPeople, widgets: int, clock: IReactorTime) -> None:
        """Prepare to ask.

        Args:
            known_people: Looks names up.
            widgets: How many widgets the page has; each of them calls `leave` when it is made.
            clock: What time is.
        """
        self._known_people = known_people
        self._at_work = widgets
        self._clock = clock
        self._questions: list[_Question] = []
        self._late: IDelayedCall | None = None

    async def known(self, names: Iterable[str]) -> set[str]:
        """See `hubs.database.hub_store.HubStore.known_people`."""
        question = _Question(frozenset(names))
        if not question.names:
            return set()
        self._questions.append(question)
        if self._late is None:
            self._late = self._clock.callLater(PATIENCE, self._ask)
        self.leave()
        try:
            return await question.answer & question.names
        finally:
            # It goes on: with its answer, or because it took too long.
            self._at_work += 1
            self._questions = [one for one in self._questions if one is not question]

    def leave(self) -> None:
        """Take note that a widget asks nothing more for now."""
        self._at_work -= 1
        if self._at_work == 0 and self._late is not None:
            self._late.cancel()
            self._ask()

    def _ask(self) -> None:
        self._late = None
        questions, self._questions = self._questions, []
        if questions:
            Deferred.fromCoroutine(self._answer(questions))

    async def _answer(self, questions: list[_Question]) -> None:
        try:
            known = await self._known_people({name for one in questions for name in one.names})
        except Exception:
            failure = Failure()
            for one in questions:
                one.answer.errback(failure)
        else:
            for one in questions:
                one.answer.callback(known)
