"""How much memory and processor time processes use."""

import os
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


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, all threads (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
