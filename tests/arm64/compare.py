"""Compares what two processors forecast; ends with 1 where they differ by more than rounding explains."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

NETWORK_MAX: Final = 1e-4
"""Relative difference of the network's own figures, which are sums of 32-bit products in another order."""


def main() -> None:
    """Compare the two files that are named."""
    here, there = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    if there["versions"]["machine"] == here["versions"]["machine"]:
        sys.exit(f"Both forecasts were made on {here['versions']['machine']}: nothing was compared.")
    worst = max(_difference(here["told"][name], there["told"][name]) for name in here["told"])
    told = sum(len(one["forecasts"]) for one in here["told"].values())
    differing = sum(_differing(here["told"][name], there["told"][name]) for name in here["told"])
    lines = [
        ", ".join(f"{name} {version}" for name, version in of["versions"].items()) for of in (here, there)
    ]
    lines.append(
        f"{told} products: the network differs by {worst:.1e} at most (up to {NETWORK_MAX:.0e} is rounding), "
        f"what the page would say of {differing}."
    )
    sys.stdout.write("\n".join(lines) + "\n")
    if worst > NETWORK_MAX or differing:
        sys.exit("The forecasts differ.")
    sys.stdout.write("The forecasts agree.\n")


def _difference(here: dict[str, Any], there: dict[str, Any]) -> float:
    """The largest relative difference of the features' sums and the network's figures."""
    return max(
        float(
            np.max(
                np.abs(np.array(here[part]) - np.array(there[part])) / (1.0 + np.abs(np.array(here[part])))
            )
        )
        for part in ("features", "network")
    )


def _differing(here: dict[str, Any], there: dict[str, Any]) -> int:
    """Products of which a quantile differs by more than half a piece in a hundred."""
    return sum(
        not np.allclose(one["total"], other["total"], rtol=0.005, atol=0.005)
        or not np.allclose(one["daily"], other["daily"], rtol=0.005, atol=0.005)
        for one, other in zip(here["forecasts"], there["forecasts"], strict=True)
    )


if __name__ == "__main__":
    main()
