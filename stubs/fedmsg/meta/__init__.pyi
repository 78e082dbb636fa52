from collections.abc import Sequence

from fedmsg.meta.base import BaseProcessor

processors: Sequence[BaseProcessor]
