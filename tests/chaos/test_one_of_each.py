"""One trial of each kind on the real processes, on one deployment a broker; `make chaos` runs twenty of each."""

from collections.abc import Iterator

import pytest

from tests.chaos.brokers import Broker
from tests.chaos.plan import Kind, plan_of
from tests.chaos.rig import running_rig
from tests.chaos.spoilt_deployment import TILLS
from tests.chaos.trial import Trials

SEED = 1
MINUTES_AT_MOST = 15

# A broker of another make has its own say where the broker itself is struck; the rest is the same code with each.
KINDS: dict[Broker, tuple[Kind, ...]] = {
    Broker.NATS: tuple(kind for kind in Kind if Broker.NATS.can_suffer(kind)),
    Broker.MOSQUITTO: (Kind.BROKER_KILLED_BEFORE_ACK, Kind.BROKER_SET_BACK),
    Broker.CLUSTER: (Kind.LEADER_KILLED,),
}

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60 * MINUTES_AT_MOST)]


@pytest.fixture(scope="module", params=Broker)
def trials(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    broker = Broker(request.param)
    with running_rig(tmp_path_factory.mktemp(f"chaos-{broker}"), broker) as rig:
        yield Trials(rig, label=str(broker))


def test_whatever_goes_wrong_every_acknowledged_sale_is_everywhere_once_to_the_cent(trials: Trials) -> None:
    kinds = KINDS[trials.rig.broker]
    for kind in kinds:
        outcome = trials.run(plan_of(kind, SEED, tills=len(TILLS), brisk=True), verify=kind is kinds[-1])
        assert outcome.wrong == (), f"{trials.rig.broker}, {kind}, seed {SEED}"
        assert (outcome.lost, outcome.doubled) == (0, 0)
        assert outcome.sales > 0
