from collections.abc import Sequence
from typing import Any

class BaseConglomerator:
    def can_handle(self, msg: dict[str, Any], **config: Any) -> bool: ...
    def conglomerate(
        self,
        messages: list[dict[str, Any]],
        subject: str | None = None,
        lexers: bool = False,
        **conf: Any,
    ) -> list[dict[str, Any]]: ...

class BaseProcessor:
    __name__: str
    conglomerator_objects: Sequence[BaseConglomerator]
    def handle_msg(self, msg: dict[str, Any], **config: Any) -> str | None: ...
    def usernames(self, msg: dict[str, Any], **config: Any) -> set[str]: ...
    def packages(self, msg: dict[str, Any], **config: Any) -> set[str]: ...
