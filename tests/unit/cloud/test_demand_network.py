"""The demand network says the same in PyTorch, in which it is trained, and in ONNX, in which the till runs it.

Needs the extra `training`; without it there is nothing to compare, and the till's own tests run the committed file.
"""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from shared.features import QUANTILE_LEVELS, features_of
from shared.history import SalesHistory, Window
from shared.plain_forecasts import PRIOR_MIX

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")

WINDOWS = (Window(first=0, days=1), Window(first=1, days=2), Window(first=0, days=3))


def _inputs(products: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(3)
    units = chance.poisson(chance.uniform(0.1, 9.0, (products, 1)), (products, 90)).astype(np.float64)
    units[0, :80] = np.nan
    history = SalesHistory(
        unique_id=tuple(map(str, range(products))), y=units, weekday=np.arange(90) % 7, horizon_weekday=np.arange(3)
    )  # fmt: skip
    features = features_of(history, WINDOWS)
    return {name: getattr(features, name).astype(np.float32) for name in ("series", "window", "plain")}


def _ensemble(inputs: dict[str, np.ndarray]):
    from cloud.training.examples import Examples  # noqa: PLC0415 - needs the extra
    from cloud.training.network import Ensemble, QuantileNetwork  # noqa: PLC0415

    torch.manual_seed(4)
    shape = inputs["window"].shape[:2]
    examples = Examples(**inputs, actual=np.ones(shape), scale=np.ones(shape), weight=np.ones(len(shape)))
    network = QuantileNetwork(examples, width=8)
    for layer in (network.mix, network.bend):
        torch.nn.init.normal_(layer.weight, std=0.5)
    return Ensemble([network]).eval()


def test_pytorch_and_onnx_say_the_same(tmp_path: Path) -> None:
    from cloud.training.network import export  # noqa: PLC0415

    inputs = _inputs(7)
    ensemble = _ensemble(inputs)
    export(ensemble, tmp_path / "network.onnx")
    session = ort.InferenceSession(tmp_path / "network.onnx", providers=["CPUExecutionProvider"])
    with torch.no_grad():
        in_torch = ensemble(*(torch.tensor(part) for part in inputs.values())).numpy()
    in_onnx = session.run(["quantiles"], inputs)[0]
    assert in_onnx.shape == (7, 3, len(QUANTILE_LEVELS))
    np.testing.assert_allclose(in_onnx, in_torch, rtol=1e-4, atol=1e-4)


def test_a_young_product_is_told_the_plain_forecasts_mix_with_its_tail_stretched() -> None:
    inputs = _inputs(3)
    with torch.no_grad():
        told = _ensemble(inputs)(*(torch.tensor(part) for part in inputs.values())).numpy()
    mix = np.einsum("k,wkq->wq", np.array(PRIOR_MIX), inputs["plain"][0])
    np.testing.assert_allclose(told[0, :, :4], mix[:, :4], rtol=1e-4, atol=1e-4)
    assert (told[0, :, 4:] >= mix[:, 4:] - 1e-4).all()
