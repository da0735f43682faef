"""The locker board's program. On a Pico W it is called by `main.py`, on the VM by `-m hub.firmware.main SETTINGS`."""

import gc

# Compiling leaves rubbish between what stays. Collected early and often, the heap keeps one large free piece (57 kB
# instead of 23) for messages to be read into.
gc.threshold(4096)

import asyncio
import binascii
import os
import sys

import machine

from hub.firmware import config as settings
from hub.firmware import radio
from hub.firmware.bank import Hands, LockerBank
from hub.firmware.board import Board, Uptime, start_watchdog
from hub.firmware.link import Link, Owner
from hub.firmware.watchdog import Vigil
from shared.wire import codec, topics
from shared.wire.messages import WireError, make

gc.threshold(-1)  # from here on when memory runs low, and at quiet moments: see `_say_alive`

SOFTWARE = "0.1.0"
SETTINGS_PATH = "/board.json"
TICK_MS = 5
FEED_MS = 500
ALIVE_MS = 10000


class Program(Hands, Owner):
    """Everything that runs on the board, joined."""

    def __init__(self, config: settings.Config) -> None:
        self._config = config
        self._uptime = Uptime()
        self._board = Board(config.coil_pins, config.sensor_pins)
        self._watchdog = start_watchdog()
        self._vigil = Vigil(self._uptime.now_ms())
        self._state_topic = self._topic(topics.STATE)
        self._outcome_topic = self._topic(topics.OUTCOME)
        self._session = ""
        self._bank = LockerBank(self._board.read_doors(), config.pulse_ms, self)
        self._link = Link(config, self._topic(topics.CMD), self)

    async def run(self) -> None:
        """Look after the doors for ever; the network comes and goes beside it."""
        link = asyncio.create_task(self._link.run())
        try:
            await self._look_after_doors()
        finally:
            link.cancel()

    def release_all(self) -> None:
        """Let go of every coil."""
        self._board.release_all()

    async def join_network(self) -> None:
        """Join the wireless network, if the board has one to join; raises OSError if it does not come up."""
        if self._config.wifi_name and not await radio.join(
            self._config.wifi_name, self._config.wifi_password
        ):
            raise OSError("the wireless network " + self._config.wifi_name + " does not come up")

    def hear(self, payload: bytes, *, retained: bool) -> None:
        """Hold a payload to the wire and give it to the bank; what is no message of the wire is ignored."""
        try:
            message = codec.decode(payload, codec.BOARD_MESSAGE_BYTES_MAX)
        except WireError as error:
            print("ignored a message:", error)  # noqa: T201  # the board's console
            return
        self._bank.hear(message, self._uptime.now_ms(), retained=retained)

    def switch(self, compartment: int, *, on: bool) -> None:
        """Put the coil of a compartment on or off."""
        self._board.switch(compartment, on=on)

    def say(self, message: dict[str, object]) -> None:
        """Tell the hub what a command came to, or what a door does."""
        self._link.say(self._outcome_topic, codec.encode(message))

    def presence(self) -> tuple[str, bytes, bytes]:
        """Return topic, will and birth of a new connection; both carry its number, since a will may come late."""
        self._session = binascii.hexlify(os.urandom(4)).decode()
        death = codec.encode(make("death", session=self._session))
        birth = codec.encode(make("birth", session=self._session, software=SOFTWARE))
        return self._state_topic, death, birth

    def now_ms(self) -> int:
        """Return the milliseconds since start."""
        return self._uptime.now_ms()

    def saw_link(self) -> None:
        """Note that the link lives."""
        self._vigil.saw_link(self._uptime.now_ms())

    async def _look_after_doors(self) -> None:
        fed_ms = said_ms = self._uptime.now_ms()
        while True:
            now_ms = self._uptime.now_ms()
            self._bank.tick(self._board.read_doors(), now_ms)
            self._vigil.saw_tick(now_ms)
            if now_ms - fed_ms >= FEED_MS:
                fed_ms = now_ms
                self._feed_watchdog(now_ms)
            if now_ms - said_ms >= ALIVE_MS:
                said_ms = now_ms
                self._say_alive(now_ms)
            await asyncio.sleep_ms(TICK_MS)

    def _feed_watchdog(self, now_ms: int) -> None:
        if self._vigil.may_feed(now_ms, coils_safe=self._bank.is_safe(now_ms)):
            self._watchdog.feed()

    def _say_alive(self, now_ms: int) -> None:
        gc.collect()  # now, when nobody waits, and not in the middle of a command
        if self._link.is_up:
            self._link.say(self._state_topic, codec.encode(self._bank.alive(self._session, now_ms)))

    def _topic(self, channel: str) -> str:
        return topics.topic(self._config.tenant, self._config.hub, self._config.board, channel)


def main(path: str) -> None:
    """Run the board; whatever ends it lets go of every coil and resets."""
    program = Program(settings.read(path))
    try:
        asyncio.run(program.run())
    except Exception as error:
        print("the program ended:", repr(error))  # noqa: T201  # the board's console
    finally:
        program.release_all()
        machine.reset()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else SETTINGS_PATH)
