"""Forecasts as they were told, a file a planned day, beside the settings; the oldest are thrown away.

They can be lost without harm: what is missing is made again from the sales of before, and says that it was.
"""

import json
import logging
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from device.domain.forecasting.record import KEPT_DAYS, ToldDay
from shared.host.private_file import replace_private_file
from shared.ids import Sku

log = logging.getLogger(__name__)
ENDING: Final = ".json"


class ToldForecastFiles:
    """The `ToldForecasts` port. A file that is damaged is left out and told in the log."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._writing = threading.Lock()

    def keep(self, told: ToldDay) -> None:
        """Keep what was told for a day, in the place of what was told before; a full disk is told in the log only."""
        fields = {
            "made_at": told.made_at.isoformat(),
            "model": told.model,
            "levels": told.levels,
            "quantiles": told.quantiles,
        }
        with self._writing:
            try:
                replace_private_file(self._path(told.day), json.dumps(fields).encode())
                for old in self._paths()[:-KEPT_DAYS]:
                    old.unlink(missing_ok=True)
            except OSError as error:
                log.warning("the forecast of %s is not kept: %s", told.day, error)

    def all(self) -> dict[date, ToldDay]:
        """Read what is kept, by planned day; waits for the disk."""
        found = [told for path in self._paths()[-KEPT_DAYS:] if (told := _read(path)) is not None]
        return {told.day: told for told in found}

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob("*" + ENDING))

    def _path(self, day: date) -> Path:
        return self._directory / (day.isoformat() + ENDING)


def _read(path: Path) -> ToldDay | None:
    try:
        fields: dict[str, Any] = json.loads(path.read_bytes())
        levels = tuple(float(level) for level in fields["levels"])
        quantiles = {
            Sku(sku): tuple(map(float, given)) for sku, given in fields["quantiles"].items() if len(given) == len(levels)
        }  # fmt: skip
        return ToldDay(
            day=date.fromisoformat(path.stem),
            made_at=datetime.fromisoformat(fields["made_at"]),
            model=str(fields["model"]),
            levels=levels,
            quantiles=quantiles,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("the kept forecast %s is left out: %s", path, error)
        return None
