"""Fedora Hubs: a contributor and team portal, live from the message bus."""

import sys

# Where rfc3987-syntax is installed, jsonschema builds its grammar at import: half the time that a
# service takes to start. Nothing here checks the formats of which it knows.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
