"""What the processors of ``fedmsg.meta`` are told; fedmsg reads this as a settings file.

There are no credentials for the account system in it, so none of them asks it.
"""

config = {
    "topic_prefix": "org.fedoraproject",
    "topic_prefix_re": r"[a-z]+(?:\.[a-z0-9-]+)+\.(?:dev|stg|prod)",
}
