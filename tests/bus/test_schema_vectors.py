"""Which of the peers' vectors today's schemas fit."""

from __future__ import annotations

import pytest

from tests.bus import schema_vectors, vectors
from tests.bus.schema_vectors import SILENT, TOO_OLD

VECTORS = vectors.load()
# Some classes say so when one is made.
pytestmark = pytest.mark.filterwarnings("ignore:.*class is deprecated:DeprecationWarning")


def test_the_vectors_that_fit_no_schema_of_their_topic_are_known_by_name() -> None:
    with_schema = [vector for vector in VECTORS if schema_vectors.has_schema(vector)]
    misfits = {v.name for v in with_schema if schema_vectors.message_of(v) is None}
    assert misfits == TOO_OLD
    assert len(with_schema) - len(misfits) >= 48


def test_the_vectors_of_whose_sentence_their_class_knows_nothing_fit_it() -> None:
    named = [vector for vector in VECTORS if vector.name in SILENT]
    assert len(named) == len(SILENT)
    assert all(schema_vectors.message_of(vector) is not None for vector in named)
