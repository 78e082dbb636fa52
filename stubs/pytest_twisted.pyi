from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
G = TypeVar("G", bound=Callable[..., AsyncIterator[Any]])

def async_fixture(function: F) -> F: ...
def async_yield_fixture(function: G) -> G: ...
