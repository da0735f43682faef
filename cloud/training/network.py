"""A small network that mixes and bends plain forecasts; its quantiles cannot cross; and its way into an ONNX file.

A product's past passes one branch once; each window joins it with its own features. The head says how much each plain
forecast counts (one softmax for all levels) and by how much each step from quantile to quantile is stretched, within
bounds: with nothing learnt it is `PRIOR_MIX` of the plain forecasts, and it can never leave them by more than the bounds.
What networks say and what that mix says are averaged inside one graph (linear opinion pool of quantiles, as in
Lichtendahl, Grushka-Cockayne and Winkler 2013). Trained on the pinball loss (Koenker and Bassett 1978) of counts spread evenly by
half a piece, in closed form.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from cloud.training.examples import WINDOW_WEIGHTS, Examples
from shared.features import QUANTILE_LEVELS, SERIES_FEATURES, WINDOW_FEATURES
from shared.plain_forecasts import PLAIN_FORECASTS, PRIOR_MIX

OPSET = 17
MINI_BATCH = 1024
LEVEL_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 1.2, 1.4)
BEND = 0.8
SHIFT = 0.5
TAIL_STRETCH = (1.0, 1.0, 1.0, 1.0, 1.15, 1.3)
"""The last two steps are longer than learnt: on shops left out of training, the .95 quantile covered 0.92 without it."""
AGE = SERIES_FEATURES.index("age")
YOUNG_DAYS, SETTLED_DAYS = 20.0, 40.0
"""Up to the first age the plain forecasts' mix is told, from the second on the networks' word too; between, some of both."""
NETWORKS_SAY = 0.3
"""How much what was learnt counts beside the plain forecasts' mix."""
STAY_CLOSE = 0.01
"""What leaving the plain forecasts costs, for each square of a logarithm, of steps as of weights."""


class QuantileNetwork(nn.Module):
    """Inputs series (n, S), window (n, w, W), plain (n, w, K, Q); output quantiles (n, w, Q) in units."""

    def __init__(self, examples: Examples, width: int) -> None:
        super().__init__()
        series, window = torch.tensor(examples.series), torch.tensor(examples.window).flatten(0, 1)
        self.register_buffer("series_mean", series.mean(0).float())
        self.register_buffer("series_spread", series.std(0).clamp_min(1e-3).float())
        self.register_buffer("window_mean", window.mean(0).float())
        self.register_buffer("window_spread", window.std(0).clamp_min(1e-3).float())
        self.past = nn.Sequential(nn.Linear(len(SERIES_FEATURES), width), nn.ReLU(), nn.Linear(width, width))
        self.ahead = nn.Linear(len(WINDOW_FEATURES), width)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.register_buffer("prior", torch.log(torch.tensor(PRIOR_MIX)))
        self.mix = nn.Linear(width, len(PLAIN_FORECASTS))
        self.bend = nn.Linear(width, len(QUANTILE_LEVELS) + 1)
        for layer in (self.mix, self.bend):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, series: Tensor, window: Tensor, plain: Tensor) -> Tensor:
        """Quantiles in units, rising along the last axis."""
        return self.bent(series, window, plain)[0]

    def bent(self, series: Tensor, window: Tensor, plain: Tensor) -> tuple[Tensor, Tensor]:
        """The quantiles (n, w, Q), and how far weights and steps moved, as mean squares of logarithms (n, w)."""
        past = self.past(((series - self.series_mean) / self.series_spread).clamp(-4.0, 4.0))
        ahead = self.ahead(((window - self.window_mean) / self.window_spread).clamp(-4.0, 4.0))
        hidden = self.head(self.drop(past.unsqueeze(1) + ahead))
        moved = self.mix(hidden)
        weight = torch.softmax(self.prior + moved, dim=-1).unsqueeze(-1)
        mixed = (weight * (plain + 0.5)).sum(2)
        steps = torch.cat([mixed[..., :1], mixed[..., 1:] - mixed[..., :-1]], dim=-1).clamp_min(0.0)
        raw = torch.tanh(self.bend(hidden))
        bend = BEND * raw[..., 1:] + SHIFT * raw[..., :1]
        far = bend.square().mean(-1) + moved.square().mean(-1)
        return torch.cumsum(steps * torch.exp(bend), dim=-1) - 0.5, far


class Ensemble(nn.Module):
    """Networks and the plain forecasts' mix as one: young products as the mix has them, the tail stretched."""

    def __init__(self, members: Sequence[QuantileNetwork]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("stretch", torch.tensor(TAIL_STRETCH))
        self.register_buffer("prior", torch.tensor(PRIOR_MIX).unsqueeze(-1))

    def forward(self, series: Tensor, window: Tensor, plain: Tensor) -> Tensor:
        """Quantiles in units, rising along the last axis."""
        told = torch.stack([member(series, window, plain) for member in self.members]).mean(0)
        age = torch.exp(series[:, AGE]) - 1.0
        settled = ((age - YOUNG_DAYS) / (SETTLED_DAYS - YOUNG_DAYS)).clamp(0.0, 1.0)[:, None, None]
        say = NETWORKS_SAY * settled
        mixed = (1.0 - say) * (self.prior * plain).sum(2) + say * told + 0.5
        steps = torch.cat([mixed[..., :1], mixed[..., 1:] - mixed[..., :-1]], dim=-1)
        return torch.cumsum(steps * self.stretch, dim=-1) - 0.5


def fit(examples: Examples, *, seed: int, epochs: int, width: int = 48) -> QuantileNetwork:
    """Train a network; the same examples and seed give the same network on the same machine."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    network = QuantileNetwork(examples, width)
    tensors = [torch.tensor(getattr(examples, name), dtype=torch.float32) for name in Examples.__slots__]
    n = len(tensors[0])
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = epochs * (n // MINI_BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=4e-3, total_steps=steps)
    for _ in range(epochs):
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
    print(f"  seed {seed}, {epochs} epochs: loss {total / (n // MINI_BATCH):.4f}", flush=True)
    return network.eval()


def _loss(network: QuantileNetwork, batch: list[Tensor]) -> Tensor:
    series, window, plain, actual, scale, weight = batch
    quantiles, far = network.bent(series, window, plain)
    miss = actual.unsqueeze(-1) - quantiles
    level = torch.tensor(QUANTILE_LEVELS)
    above = torch.where(miss.abs() < 0.5, (miss + 0.5).square() / 2, miss.clamp_min(0.0))
    pinball = level * above + (1.0 - level) * (above - miss)
    each = (pinball * torch.tensor(LEVEL_WEIGHTS)).mean(-1) / scale + STAY_CLOSE * far
    counts = torch.tensor(WINDOW_WEIGHTS)
    return ((each * counts).sum(-1) / counts.sum() * weight).sum() / weight.sum()


def export(network: nn.Module, path: Path) -> None:
    """Write the network as ONNX with free numbers of products and windows."""
    series = torch.zeros(2, len(SERIES_FEATURES))
    window = torch.zeros(2, 3, len(WINDOW_FEATURES))
    plain = torch.ones(2, 3, len(PLAIN_FORECASTS), len(QUANTILE_LEVELS)).cumsum(-1)
    free = {0: "products", 1: "windows"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (series, window, plain),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=["series", "window", "plain"],
            output_names=["quantiles"],
            dynamic_axes={"series": {0: "products"}, "window": free, "plain": free, "quantiles": free},
        )
