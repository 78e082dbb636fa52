"""Where twistd finds the services of Fedora Hubs.

Every twistd on the machine loads this, so it imports nothing of ours: the modules are strings.
"""

from twisted.application.service import ServiceMaker

hubs_web = ServiceMaker(
    "Fedora Hubs portal", "hubs.twistd_plugins.web", "The pages of Fedora Hubs.", "hubs-web"
)
hubs_listener = ServiceMaker(
    "Fedora Hubs listener",
    "hubs.twistd_plugins.listener",
    "Puts what the message bus says into the queue of Fedora Hubs.",
    "hubs-listener",
)
hubs_triage = ServiceMaker(
    "Fedora Hubs triage",
    "hubs.twistd_plugins.triage",
    "Decides which hubs each message concerns.",
    "hubs-triage",
)
hubs_worker = ServiceMaker(
    "Fedora Hubs worker",
    "hubs.twistd_plugins.worker",
    "Writes the feeds and fills the cache of Fedora Hubs.",
    "hubs-worker",
)
hubs_sse = ServiceMaker(
    "Fedora Hubs event streams",
    "hubs.twistd_plugins.sse",
    "Tells open browsers what has changed.",
    "hubs-sse",
)
hubs_all = ServiceMaker(
    "Fedora Hubs",
    "hubs.twistd_plugins.all",
    "All services of Fedora Hubs in one process, for small sites and development.",
    "hubs-all",
)
