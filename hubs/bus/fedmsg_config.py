"""What the processors of ``fedmsg.meta`` are told; fedmsg reads this as a settings file.

Nothing here may touch the network. There are no credentials for the account system, so no
processor asks it; and Bodhi, which one asks for the packages of an update, has no address.
"""

from typing import Any

config: dict[str, Any] = {
    "topic_prefix": "org.fedoraproject",
    "topic_prefix_re": r"[a-z]+(?:\.[a-z0-9-]+)+\.(?:dev|stg|prod)",
    "bodhi_url": None,
}
