"""Lets fedmsg-hub hand the messages of the bus to Fedora Hubs. Goes to /etc/fedmsg.d/.

Where Redis is, the settings of Fedora Hubs say: /etc/fedora-hubs/hubs.toml, or the file that
$FEDORA_HUBS_CONFIG names.
"""

config = {"fedora_hubs.consumer.enabled": True}
