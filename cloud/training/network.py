"""A small quantile network whose quantiles cannot cross, and its way into an ONNX file.

A product's past passes one branch once; each window joins it with its own features. The head gives the lowest
quantile and the steps to the next ones, all through softplus, so they rise by construction; the anchor scales them
to units. Trained on the pinball loss (Koenker and Bassett 1978).
"""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from cloud.training.examples import Examples
from shared.features import QUANTILE_LEVELS, SERIES_FEATURES, WINDOW_FEATURES

OPSET = 17
MINI_BATCH = 1024


class QuantileNetwork(nn.Module):
    """Inputs series (n, S), window (n, w, W), anchor (n, w); output quantiles (n, w, Q) in units."""

    def __init__(self, examples: Examples, width: int) -> None:
        super().__init__()
        series, window = torch.tensor(examples.series), torch.tensor(examples.window).flatten(0, 1)
        self.register_buffer("series_mean", series.mean(0).float())
        self.register_buffer("series_spread", series.std(0).clamp_min(1e-3).float())
        self.register_buffer("window_mean", window.mean(0).float())
        self.register_buffer("window_spread", window.std(0).clamp_min(1e-3).float())
        self.past = nn.Sequential(nn.Linear(len(SERIES_FEATURES), width), nn.ReLU(), nn.Linear(width, width))
        self.ahead = nn.Linear(len(WINDOW_FEATURES), width)
        self.head = nn.Sequential(
            nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, len(QUANTILE_LEVELS))
        )

    def forward(self, series: Tensor, window: Tensor, anchor: Tensor) -> Tensor:
        """Quantiles in units, rising along the last axis."""
        past = self.past(((series - self.series_mean) / self.series_spread).clamp(-5.0, 5.0))
        ahead = self.ahead(((window - self.window_mean) / self.window_spread).clamp(-5.0, 5.0))
        steps = nn.functional.softplus(self.head(past.unsqueeze(1) + ahead) - 1.0)
        return torch.cumsum(steps, dim=-1) * anchor.unsqueeze(-1)


def fit(examples: Examples, *, seed: int, epochs: int, width: int = 48) -> QuantileNetwork:
    """Train a network; the same examples and seed give the same network on the same machine."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    network = QuantileNetwork(examples, width)
    tensors = [torch.tensor(getattr(examples, name), dtype=torch.float32) for name in Examples.__slots__]
    n = len(tensors[0])
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    steps = epochs * (n // MINI_BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=steps)
    for epoch in range(epochs):
        order = torch.randperm(n)
        total = 0.0
        for batch in order[: n // MINI_BATCH * MINI_BATCH].split(MINI_BATCH):
            loss = _loss(network, [tensor[batch] for tensor in tensors])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1} of {epochs}: loss {total / (n // MINI_BATCH):.4f}", flush=True)
    return network.eval()


def _loss(network: QuantileNetwork, batch: list[Tensor]) -> Tensor:
    series, window, anchor, actual, scale, weight = batch
    miss = actual.unsqueeze(-1) - network(series, window, anchor)
    level = torch.tensor(QUANTILE_LEVELS)
    each = torch.maximum(level * miss, (level - 1.0) * miss).mean(-1) / scale
    return (each.mean(-1) * weight).sum() / weight.sum()


def export(network: QuantileNetwork, path: Path) -> None:
    """Write the network as ONNX with free numbers of products and windows."""
    series = torch.zeros(2, len(SERIES_FEATURES))
    window = torch.zeros(2, 3, len(WINDOW_FEATURES))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (series, window, torch.ones(2, 3)),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["series", "window", "anchor"],
            output_names=["quantiles"],
            dynamic_axes={
                "series": {0: "products"},
                "window": {0: "products", 1: "windows"},
                "anchor": {0: "products", 1: "windows"},
                "quantiles": {0: "products", 1: "windows"},
            },
        )
