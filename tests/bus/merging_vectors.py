"""The peers' vectors of merging: lists of real messages, with what their conglomerators make of it.

They come with the package ``fedmsg_meta_fedora_infrastructure``, as test classes.
"""

from __future__ import annotations

import copy
import inspect
import pkgutil
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import attrs


@attrs.frozen
class MergingVector:
    """Messages, and what is expected of them.

    Attributes:
        name: The names of its module and its test class.
        envelopes: The messages.
        sentences: What should be said of them, one by one or together.
        left: How many there should be when all are merged that can be.
    """

    name: str
    envelopes: Sequence[Mapping[str, Any]]
    sentences: frozenset[str]
    left: int


def load() -> list[MergingVector]:
    """Read all vectors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        base: Any = import_module("fedmsg.tests.test_meta")
        peers = import_module("fedmsg_meta_fedora_infrastructure.tests.conglomerate")
        modules = [
            import_module(module.name)
            for module in pkgutil.walk_packages(peers.__path__, f"{peers.__name__}.")
        ]
    return [
        _vector(f"{module.__name__.removeprefix(peers.__name__)[1:]}.{test.__name__}", test)
        for module in modules
        for test in vars(module).values()
        if inspect.isclass(test)
        and issubclass(test, base.ConglomerateBase)
        and test.__module__ == module.__name__
    ]


def _vector(name: str, test: Any) -> MergingVector:
    # Some of the messages have the id of another.
    envelopes = [
        {**copy.deepcopy(envelope), "msg_id": f"{name}-{number}"}
        for number, envelope in enumerate(test.originals)
    ]
    sentences = [one["subtitle"] for one in test.expected]
    return MergingVector(name, envelopes, frozenset(sentences), len(sentences))
