"""Topics of the MQTT wire, from general to specific: stallholder/v1/{tenant}/{hub}/{source}/{channel}.

Runs on CPython and on the board's MicroPython. Levels hold lower-case letters, digits and hyphens only.
"""

ROOT = "stallholder/v1"

# A till publishes on ENTRIES and STATE and listens on ACK and DOCS; a locker board publishes on OUTCOME and STATE
# and listens on CMD; the hub listens and publishes on the other ends.
ENTRIES = "entries"
ACK = "ack"
STATE = "state"
DOCS = "docs"
CMD = "cmd"
OUTCOME = "outcome"

CHANNELS = (ENTRIES, ACK, STATE, DOCS, CMD, OUTCOME)


def topic(tenant: str, hub: str, source: str, channel: str) -> str:
    """Return the topic of one source's channel; raises ValueError for an unknown channel."""
    if channel not in CHANNELS:
        raise ValueError("unknown channel: " + channel)
    return "/".join((ROOT, tenant, hub, source, channel))


def filter_all_sources(tenant: str, hub: str, channel: str) -> str:
    """Return the topic filter with which a hub hears one channel of all its sources."""
    return topic(tenant, hub, "+", channel)


def split_topic(text: str) -> tuple[str, str, str, str]:
    """Return (tenant, hub, source, channel) of a topic; raises ValueError if it is none of ours."""
    parts = text.split("/")
    if len(parts) != 6 or "/".join(parts[:2]) != ROOT or parts[5] not in CHANNELS or "" in parts:
        raise ValueError("not a Stallholder topic: " + text)
    return parts[2], parts[3], parts[4], parts[5]
