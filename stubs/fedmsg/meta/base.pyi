from typing import Any

class BaseProcessor:
    __name__: str
    def handle_msg(self, msg: dict[str, Any], **config: Any) -> str | None: ...
