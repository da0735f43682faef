"""The same payloads by a plain paho publisher to a plain paho subscriber, QoS 1, over a broker of their own: what MQTT costs."""

import threading
import time
from collections.abc import Sequence

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hub.broker.users import BrokerCredentials
from shared.wire import topics
from tests.firmware.broker_process import BrokerProcess

_TENANT, _HUB, _TILL = "demo", "hub-dock", "till-raw"
_INFLIGHT = 20
_PATIENCE_S = 120.0


def publish_all(broker: BrokerProcess, payloads: Sequence[bytes]) -> float:
    """Return the seconds from the first publish until the subscriber has the last message."""
    till = broker.add(_TILL, "till")
    topic = topics.topic(_TENANT, _HUB, _TILL, topics.ENTRIES)
    arrived, all_there, subscribed = [0], threading.Event(), threading.Event()

    def on_message(*_: object) -> None:
        arrived[0] += 1
        if arrived[0] == len(payloads):
            all_there.set()

    subscriber, publisher = _client(broker.hub()), _client(till)
    subscriber.on_message = on_message
    subscriber.on_subscribe = lambda *_: subscribed.set()
    subscriber.connect("127.0.0.1", broker.port)
    subscriber.loop_start()
    subscriber.subscribe(topic, 1)
    publisher.connect("127.0.0.1", broker.port)
    publisher.loop_start()
    try:
        _require(subscribed)
        started = time.perf_counter()
        for payload in payloads:
            publisher.publish(topic, payload, 1)
        _require(all_there)
        return time.perf_counter() - started
    finally:
        for client in (publisher, subscriber):
            client.disconnect()
            client.loop_stop()


def _client(credentials: BrokerCredentials) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, credentials.client_id, clean_session=True)
    client.username_pw_set(credentials.username, credentials.password)
    client.max_inflight_messages_set(_INFLIGHT)
    return client


def _require(event: threading.Event) -> None:
    if not event.wait(_PATIENCE_S):
        raise TimeoutError("the broker did not answer")
