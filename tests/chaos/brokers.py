"""The brokers that trials run with: which processes they are, where they keep messages, who leads."""

import re
from enum import StrEnum
from pathlib import Path

from tests.chaos.plan import Kind

_LEADS = re.compile(r"\] (\S+ \S+) \[INF\] JetStream cluster new stream leader for '\$G > \$MQTT_msgs'")
_OF_ONE_DISK = frozenset({Kind.BROKER_EMPTIED, Kind.BROKER_SET_BACK})


class Broker(StrEnum):
    """What carries the messages: what `stallholder broker serve` can run."""

    NATS = "nats"
    MOSQUITTO = "mosquitto"
    CLUSTER = "cluster"

    @property
    def nodes(self) -> tuple[str, ...]:
        """The parts that it consists of; the first is the hub's own."""
        return ("broker", "broker-2", "broker-3") if self is Broker.CLUSTER else ("broker",)

    @property
    def settings(self) -> dict[str, str]:
        """What its processes are told beyond the usual, as the environment names it."""
        return {"STALLHOLDER_BROKER_PROGRAM": "mosquitto"} if self is Broker.MOSQUITTO else {}

    @property
    def keeps_messages_in(self) -> str:
        """What in a node's directory holds messages and sessions; users and keys lie beside it."""
        return "mosquitto-store" if self is Broker.MOSQUITTO else "jetstream"

    def can_suffer(self, kind: Kind) -> bool:
        """Tell whether this can go wrong here: a cluster has no one disk to lose, and only a cluster has a leader."""
        if self is Broker.CLUSTER:
            return kind not in _OF_ONE_DISK
        return kind is not Kind.LEADER_KILLED


def leader_of(directories: dict[str, Path]) -> str:
    """Return the node that leads the stream of messages, by the last one that said so in its log."""
    said = [
        (when, node)
        for node, directory in directories.items()
        for when in _LEADS.findall((directory / "nats.log").read_text())
    ]
    return max(said)[1]
