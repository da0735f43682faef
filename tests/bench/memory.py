"""How much memory this process has used."""

from pathlib import Path


def peak_resident_mb() -> float:
    """Return the peak of this process's resident memory, in MiB.

    From VmHWM (proc(5)), which begins anew at exec; getrusage's ru_maxrss is inherited from the process that started
    this one, however large that was.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kib) / 1024


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, in MiB (VmRSS of proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kib) / 1024
