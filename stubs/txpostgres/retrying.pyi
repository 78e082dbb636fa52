from collections.abc import Callable, Iterator
from typing import Any

from twisted.internet.defer import Deferred

class RetryingCall:
    reactor: Any
    def __init__(self, f: Callable[..., Any], *args: Any, **kw: Any) -> None: ...
    def start(self, backoffIterator: Iterator[float] | None = None) -> Deferred[object]: ...
