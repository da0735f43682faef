"""Print jobs as they are kept across a restart: which entry of the ledger each is of, and whether it may have come out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from device.domain.paper.printers import JobKind, JobState, PaperRef, PrintJob

KEPT_MAX: Final = 100
_MAY_BE_OUT: Final = frozenset({JobState.PRINTING, JobState.UNSURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptJob:
    """A paper that was asked for and not printed for certain; `may_be_out` says that a printer had begun."""

    job_id: str
    kind: JobKind
    about: str
    at: datetime
    printer: str
    seq: int
    is_copy: bool
    may_be_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPrints:
    """What is kept: the jobs, the oldest first, and up to which entry of which ledger epoch jobs were made (0: from now on)."""

    epoch: str = ""
    printed_seq: int = 0
    jobs: tuple[KeptJob, ...] = ()


def kept_of(jobs: Iterable[PrintJob]) -> tuple[KeptJob, ...]:
    """Return what has to outlive a restart: jobs that can be made again from the ledger and are not printed."""
    kept = [
        KeptJob(job_id=job.job_id, kind=job.kind, about=job.about, at=job.at, printer=job.printer, seq=job.paper.seq,
                is_copy=job.paper.is_copy, may_be_out=job.state in _MAY_BE_OUT)
        for job in jobs
        if job.paper is not None and job.state is not JobState.PRINTED
    ]  # fmt: skip
    return tuple(kept[-KEPT_MAX:])


def job_of(kept: KeptJob) -> PrintJob:
    """Return a kept job as it waits for somebody after a restart: nobody stands there for its paper any more."""
    return PrintJob(
        job_id=kept.job_id, kind=kept.kind, about=kept.about, document=(), at=kept.at, printer=kept.printer,
        state=JobState.UNSURE if kept.may_be_out else JobState.FAILED,
        paper=PaperRef(seq=kept.seq, is_copy=kept.is_copy),
    )  # fmt: skip
