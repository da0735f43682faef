"""One bolt: a coil that is pulsed once, and never held. Pure: time comes as milliseconds that only grow."""

# A coil burns when it stays on. The cap is held three times over: here, by the pin's own hardware timer (board.py),
# and by the watchdog, which is not fed while a coil is on beyond it.
CAP_MS = 400


class Bolt:
    """The coil of one bolt and when it was switched on."""

    def __init__(self, pulse_ms: int) -> None:
        if not 0 < pulse_ms <= CAP_MS:
            raise ValueError("pulse_ms is %d, a coil may be on for 1 to %d ms" % (pulse_ms, CAP_MS))
        self._pulse_ms = pulse_ms
        self._since_ms = 0
        self.energised = False

    def pulse(self, now_ms: int) -> bool:
        """Begin a pulse; False if one is running: it is never made longer."""
        if self.energised:
            return False
        self.energised = True
        self._since_ms = now_ms
        return True

    def is_due(self, now_ms: int) -> bool:
        """Say whether the coil must go off now."""
        return self.energised and now_ms - self._since_ms >= self._pulse_ms

    def is_overdue(self, now_ms: int) -> bool:
        """Say whether the coil is on beyond the cap: something went wrong."""
        return self.energised and now_ms - self._since_ms > CAP_MS

    def rest(self) -> None:
        """Note that the coil is off."""
        self.energised = False
