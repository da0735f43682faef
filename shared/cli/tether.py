"""Runs a command that cannot outlive its parent: `python -m shared.cli.tether PARENT_PID COMMAND…`.

The kernel sends the command SIGKILL when its parent dies, however the parent dies (prctl(2), PR_SET_PDEATHSIG). The
setting survives exec, so this module costs one process start and leaves no process of its own behind.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int) -> None:
    """Tie this process to its parent; ends it at once if the parent is gone already."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        sys.exit("The process that started this one is gone.")


def main() -> None:
    """Tie this process to its parent and become the command."""
    if len(sys.argv) < 3:
        sys.exit("usage: python -m shared.cli.tether PARENT_PID COMMAND…")
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 -- the command is ours, given as a list


if __name__ == "__main__":
    main()
