"""`make chaos`: seeded trials of every kind with every broker; prints a table and writes build/chaos.json.

`--only` takes words that must all stand in a trial's broker or kind, such as `nats partition`. All trials of a kind run
on one deployment, so that what an earlier one broke is found too; after a failure the deployment is kept, named, and
left for a new one. Ends with 1 if anything was lost, doubled or otherwise wrong.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.brokers import Broker
from tests.chaos.plan import Kind, plan_of
from tests.chaos.rig import running_rig
from tests.chaos.spoilt_deployment import TILLS
from tests.chaos.trial import Outcome, Trials

OUTPUT = Path("build/chaos.json")
TRIALS = 20


def main() -> int:
    """Run the trials that were asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description="Real processes, killed and cut off from one another.")
    parser.add_argument("--trials", type=int, default=TRIALS, help="seeded trials of each kind and broker")
    parser.add_argument(
        "--first-seed", type=int, default=1, help="the first one's seed; it goes on from there"
    )
    parser.add_argument("--only", default="", help="words that stand in the broker's or the kind's name")
    asked = parser.parse_args()
    seeds = range(asked.first_seed, asked.first_seed + asked.trials)
    console = Console()
    groups: list[tuple[Broker, Kind, list[Outcome]]] = []
    for broker in Broker:
        for kind in kinds_for(broker):
            if is_wanted(f"{broker} {kind}", asked.only):
                groups.append((broker, kind, list(_run(console, broker, kind, seeds))))
                _write(groups)
    console.print(_table(groups))
    console.print(f"Written to {OUTPUT}.")
    return int(any(outcome.wrong for _, _, outcomes in groups for outcome in outcomes))


def kinds_for(broker: Broker) -> Sequence[Kind]:
    """Return what can go wrong with a broker."""
    return [kind for kind in Kind if broker.can_suffer(kind)]


def is_wanted(name: str, only: str) -> bool:
    """Tell whether all words of `only` stand in a name."""
    return all(word in name for word in only.split())


def _run(console: Console, broker: Broker, kind: Kind, seeds: Sequence[int]) -> Iterator[Outcome]:
    """Run a kind's trials; after a failure go on with a new deployment."""
    left = list(seeds)
    while left:
        root = Path(tempfile.mkdtemp(prefix=f"chaos-{broker}-"))
        failed = False
        with running_rig(root, broker) as rig:
            trials = Trials(rig, label=str(broker))
            while left and not failed:
                outcome = trials.run_and_tell(plan_of(kind, left.pop(0), tills=len(TILLS)))
                failed = bool(outcome.wrong)
                console.print(_line(broker, outcome), highlight=False, markup=False)
                yield outcome
        if failed:
            console.print(f"What is wrong lies in {root}.")
        else:
            shutil.rmtree(root)


def _line(broker: Broker, outcome: Outcome) -> str:
    words = "; ".join(outcome.wrong[:3])
    return (
        f"{broker}, {outcome.plan.kind}, seed {outcome.plan.seed}: {outcome.sales} sales, lost {outcome.lost}, "
        f"doubled {outcome.doubled}, caught up after {outcome.caught_up_s:.1f} s{'. WRONG: ' + words if words else ''}"
    )


def _table(groups: list[tuple[Broker, Kind, list[Outcome]]]) -> Table:
    table = Table(
        "kind",
        "broker",
        "trials",
        "wrong",
        "sales",
        "lost",
        "doubled",
        "slowest first ack",
        "slowest recovery",
    )
    for broker, kind, outcomes in groups:
        table.add_row(
            kind, broker, str(len(outcomes)), str(sum(bool(one.wrong) for one in outcomes)),
            str(sum(one.sales for one in outcomes)), str(sum(one.lost for one in outcomes)),
            str(sum(one.doubled for one in outcomes)), f"{max(one.first_ack_s for one in outcomes):.1f} s",
            f"{max(one.caught_up_s for one in outcomes):.1f} s",
        )  # fmt: skip
    return table


def _write(groups: list[tuple[Broker, Kind, list[Outcome]]]) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    rows = [{"broker": broker, **asdict(one)} for broker, _, outcomes in groups for one in outcomes]
    OUTPUT.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    sys.exit(main())
