from collections.abc import Sequence
from typing import Any

def load_config(
    *,
    filenames: Sequence[str] | None = None,
    disable_defaults: bool = False,
    invalidate_cache: bool = False,
) -> dict[str, Any]: ...
