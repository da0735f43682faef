# ruff: noqa: ARG002  # the signatures are the chip's
"""`network` for the MicroPython VM: a radio that joins every network at once."""

STA_IF = 0


class WLAN:
    def __init__(self, interface=STA_IF):
        self._active = False
        self._joined = False

    def active(self, is_active=None):
        if is_active is None:
            return self._active
        self._active = is_active
        return None

    def connect(self, ssid=None, key=None):
        self._joined = self._active

    def isconnected(self):
        return self._joined
