"""`python -m tests.simulation SEED`: replay one schedule and print what happened, step by step."""

import sys

from tests.simulation.schedule import run_schedule


def main(seed: int) -> int:
    """Run a schedule and print its trace; return 1 if a promise was broken."""
    verdict = run_schedule(seed)
    for line in verdict.lines:
        sys.stdout.write(line + "\n")
    faults = ", ".join(f"{kind.value} ({times})" for kind, times in verdict.fired.items())
    sys.stdout.write(
        f"\nseed {seed}: {verdict.sales} sales acknowledged; {faults}\ntrace {verdict.trace_hash}\n"
    )
    sys.stdout.write(f"BROKEN: {verdict.broken}\n" if verdict.broken else "every promise was kept\n")
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
