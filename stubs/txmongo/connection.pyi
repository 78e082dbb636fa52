from twisted.internet.defer import Deferred
from txmongo.database import Database

class ConnectionPool:
    def __init__(
        self,
        uri: str = ...,
        pool_size: int = ...,
        ssl_context_factory: object = ...,
        *,
        retry_delay: float = ...,
        max_delay: float = ...,
    ) -> None: ...
    def __getitem__(self, name: str) -> Database: ...
    def disconnect(self) -> Deferred[None]: ...
