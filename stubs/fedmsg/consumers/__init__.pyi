from queue import Queue
from typing import Any, ClassVar

class FedmsgConsumer:
    config_key: ClassVar[str]
    topic: str
    validate_signatures: bool | None
    blocking_mode: bool
    incoming: Queue[Any]
    N: int
    def __init__(self, hub: Any) -> None: ...
    def consume(self, message: dict[str, Any]) -> None: ...
    def _work_loop(self) -> None: ...
