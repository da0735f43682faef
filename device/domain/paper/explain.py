"""What keeps something from being printed, in words: what happened, that nothing is lost, and what to do."""

from typing import assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.labels import NoLabels
from device.domain.paper.printers import (
    BadPrinter,
    JobKind,
    JobState,
    NoPrinter,
    NoSuchJob,
    PrintJob,
    TooManyJobs,
)
from device.domain.paper.printers import PrintRefusal as PrinterRefusal
from device.domain.paper.status import SaidOfPrinter, say_condition


def explain_printing(refusal: PrinterRefusal | NoLabels) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case BadPrinter(reason=reason):
            return Explanation(
                "bad-printer", f"{sentence_of(reason)} Nothing was changed.", "Correct it, then try again."
            )
        case NoPrinter(name=name):
            what = f"This till has no printer called “{name}”." if name else "This till has no printer yet."
            return Explanation(
                "no-printer", what, "Set one up under Printers, or show the receipt on the screen."
            )
        case TooManyJobs(waiting=waiting):
            return Explanation(
                "too-many-jobs",
                f"{waiting} papers wait for the printer already. The sale is saved; this one was not printed.",
                "See to the printer, then print the receipt again from the list of sales.",
            )
        case NoSuchJob():
            return Explanation(
                "no-such-job",
                "This paper is not waiting any more.",
                "Look at the list; a receipt can be printed again from its sale.",
            )
        case NoLabels(reason=reason):
            return Explanation("no-labels", sentence_of(reason), "Correct it, then try again.")
        case other:
            assert_never(other)


def say_job(job: PrintJob) -> SaidOfPrinter | None:
    """Say why a job is not printed, and what to do; None where nothing is wrong with it."""
    if job.condition is None:
        return None
    said = say_condition(job.condition)
    if job.state is JobState.UNSURE:
        return SaidOfPrinter(
            f"The printer took it, but did not say that it was printed. {said.message}",
            "Look at the paper. If it is complete, drop this; else print it again.",
        )
    if job.state is JobState.FAILED and job.kind is JobKind.DRAWER:
        return SaidOfPrinter(f"The drawer was not opened. {said.message}", "Open it with its key.")
    return said
