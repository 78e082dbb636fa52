from typing import Any

from twisted.internet.defer import Deferred

class Database:
    def command(self, command: str, value: object = ...) -> Deferred[dict[str, Any]]: ...
