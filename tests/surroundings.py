"""What surrounds the tests is the same, whoever starts them and wherever.

Loaded by ``tests/conftest.py``. A test that wants it otherwise says so.
"""

from __future__ import annotations

import os
import signal
import time

#: What the names of variables begin with that would change what we, or programs that tests start,
#: do or say: our own settings, those of libpq, of the buses and of Kerberos, what systemd tells
#: a service, how wide and how colourful a terminal is.
_FOREIGN = (
    *("FEDORA_HUBS_", "PG", "FEDMSG_", "FEDORA_MESSAGING_", "KRB5"),
    *("NOTIFY_SOCKET", "WATCHDOG_", "LISTEN_", "JOURNAL_STREAM", "INVOCATION_ID"),
    *("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "PY_COLORS"),
    *("LC_", "LANGUAGE", "PYTHONWARNINGS", "PYTHONDEVMODE"),
)
#: Those whom no proxy has to ask for us.
_OURSELVES = "localhost,127.0.0.1,::1"


def pytest_configure() -> None:
    """Bring it about, before anything is started."""
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
    os.environ |= {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    time.tzset()
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), _OURSELVES)))
    # Accounts without rights have to read what is written for them.
    os.umask(0o022)
    # A shell that starts us in the background lets us ignore a Ctrl-C, and all whom we start.
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
