from collections.abc import Callable
from typing import Any

from fedmsg.meta.base import BaseProcessor

class DefaultProcessor(BaseProcessor):
    def __init__(
        self, internationalization_callable: Callable[[str], str], **config: Any
    ) -> None: ...
