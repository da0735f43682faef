"""The makes of broker that there are, by the name of their program."""

from hub.broker.mosquitto.program import Mosquitto
from hub.broker.nats.program import NatsServer
from hub.broker.program import BrokerProgram

PROGRAMS: dict[str, BrokerProgram] = {program.name: program for program in (NatsServer(), Mosquitto())}
