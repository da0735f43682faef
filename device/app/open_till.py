"""The till's stores, opened together and closed together."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from device.adapters.file_clock import FileClock
from device.adapters.files.data_directory import require_access
from device.adapters.files.document_files import DocumentFiles
from device.adapters.files.identity_file import IdentityFile
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.ledger.customer_keys import CustomerKeys
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.snapshot import StateCache
from device.adapters.system_randomness import SystemRandomness
from device.app.software import SOFTWARE
from device.config import Config
from device.domain.errors import NotSetUpError
from device.domain.first_run import DEMO_TENANT
from device.domain.forecast import ForecastModelError
from device.domain.identity import Identity
from device.domain.pickup import KEY_BYTES
from device.domain.till_fold import fold
from device.domain.till_snapshot import SNAPSHOT_VERSION, dump_state, load_state
from device.domain.till_state import TillState
from device.ports.forecast import Forecaster
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.models import Models
from shared.host.system_clock import SystemClock
from shared.ids import Epoch
from shared.settings import SettingsError

log = logging.getLogger(__name__)


DEMO_CLOCK = "demo-clock.json"


_HERE = Path(__file__).parent.parent


_MODEL = _HERE / "models" / "demand-3.onnx"


_CACHE = StateCache(version=f"{SOFTWARE} {SNAPSHOT_VERSION}", dump=dump_state, load=load_state)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTill:
    """A till whose stores are open."""

    config: Config
    identity: Identity
    ledger: JournalLedger[TillState]
    settings: TinyDbSettingsStore
    documents: DocumentFiles
    assortment: CurrentAssortment
    models: Models
    clock: Clock
    randomness: SystemRandomness
    customer_keys: CustomerKeys


@contextlib.contextmanager
def open_till(config: Config, *, clock: Clock | None = None) -> Iterator[OpenTill]:
    """Open the till's stores, and close them at the end; `clock` in place of the one that the settings name.

    Raises:
        NotSetUpError: it has no name yet.
        NoAccessError, SettingsError, IdentityError, SettingsDamagedError, LedgerError: see there.
    """
    require_access(config.data_dir)
    identity = IdentityFile(config.data_dir / "identity.json").load()
    if identity is None:
        raise NotSetUpError
    clock = clock or _clock_of(config)
    randomness = SystemRandomness()
    settings = TinyDbSettingsStore(config.data_dir / "settings.json")
    marks = settings.current.marks
    ledger = JournalLedger.open(
        config.data_dir / "ledger",
        birth=Birth(
            tenant=identity.tenant, source=identity.device, currency=config.currency, software=SOFTWARE
        ),
        initial=TillState(),
        fold=fold,
        now=clock.now,
        randomness=randomness.bytes,
        known_seqs={Epoch(marks.epoch): max(marks.hub_seq, marks.cloud_seq)} if marks.epoch else {},
        cache=_CACHE,
        check_sealed=True,
    )
    try:
        _require_fit(config, identity, ledger)
        if not settings.current.pickup_key:
            settings.change(lambda old: replace(old, pickup_key=randomness.bytes(KEY_BYTES)))
        with contextlib.closing(
            CustomerKeys(config.data_dir / "customers.journal", randomness.bytes)
        ) as keys:
            documents = DocumentFiles(config.data_dir / "documents", identity)
            yield OpenTill(config=config, identity=identity, ledger=ledger, settings=settings, clock=clock,
                           documents=documents, models=_load_models(),
                           assortment=CurrentAssortment(ledger=ledger, documents=documents, settings=settings),
                           randomness=randomness, customer_keys=keys)  # fmt: skip
    finally:
        ledger.close()


def _clock_of(config: Config) -> Clock:
    return SystemClock() if config.clock == "system" else FileClock(config.data_dir / DEMO_CLOCK)


def _require_fit(config: Config, identity: Identity, ledger: JournalLedger[TillState]) -> None:
    _require_same_reality(config, identity)
    stream, currency = ledger.stream, ledger.state.currency
    if (stream.tenant, stream.source) != (identity.tenant, identity.device):
        raise SettingsError(
            "data_dir",
            f"holds the ledger of {stream.source} of {stream.tenant}, this till is {identity.device} of "
            f"{identity.tenant}",
            "Give each till a data directory of its own.",
        )
    if currency != config.currency:
        raise SettingsError(
            "currency",
            f"is {config.currency}, this ledger was born with {currency}",
            f"Set it to {currency}, or start a new till with a data directory of its own.",
        )


def _require_same_reality(config: Config, identity: Identity) -> None:
    """A demonstration and a real till never share data: neither's figures may be taken for the other's."""
    if config.demo and identity.tenant != DEMO_TENANT:
        raise SettingsError(
            "demo", f"is true, but this till belongs to {identity.tenant}, which is real",
            "Set it to false, or give the demonstration a data directory of its own.",
        )  # fmt: skip
    if not config.demo and (config.data_dir / DEMO_CLOCK).exists():
        raise SettingsError(
            "demo", "is false, but this data directory holds a demonstration",
            "Give the real till a data directory of its own.",
        )  # fmt: skip


def _load_models() -> Models:
    from device.adapters.onnx_forecaster import OnnxForecaster  # noqa: PLC0415 - slow to import

    built_in: Forecaster | None = None
    missing = ""
    try:
        built_in = OnnxForecaster(_MODEL)
    except ForecastModelError as error:
        log.warning("%s", error)
        missing = str(error)
    return Models(built_in=built_in, missing=missing, opener=OnnxForecaster.from_document)
