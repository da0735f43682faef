"""Print jobs that are not printed, in `print-jobs.json`: replaced as a whole, readable by its owner alone."""

import json
import logging
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from device.domain.paper.kept import KeptPrints
from shared.host.private_file import replace_private_file

log = logging.getLogger(__name__)
_KEPT = TypeAdapter(KeptPrints)


class PrintJobsFile:
    """The `PrintStore` port over a JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> KeptPrints:
        """Return what is kept; a file that is damaged is set aside, for every paper can be printed again from the ledger."""
        try:
            return _KEPT.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return KeptPrints()
        except (OSError, ValueError, ValidationError) as error:
            log.warning("the print jobs in %s cannot be read, and are set aside: %s", self._path, error)
            self._path.replace(self._path.with_suffix(".damaged"))
            return KeptPrints()

    def save(self, kept: KeptPrints) -> None:
        """Replace what is kept, durable before this returns; raises OSError."""
        replace_private_file(
            self._path, json.dumps(_KEPT.dump_python(kept, mode="json"), ensure_ascii=False).encode()
        )
