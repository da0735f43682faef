"""What was said at the first start, in `stall.json`: below the configuration, above its defaults."""

import json
from dataclasses import asdict
from pathlib import Path

from device.domain.first_run import StallCard
from shared.host.private_file import replace_private_file
from shared.settings import SettingsError


class StallFile:
    """The `StallStore` port."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, card: StallCard) -> None:
        """Keep it, durable before this returns."""
        replace_private_file(self._path, json.dumps(asdict(card), ensure_ascii=False, indent=1).encode())

    def load(self) -> StallCard | None:
        """Return it, or None before there is one; raises SettingsError if it is damaged."""
        try:
            return StallCard(
                **{key: str(value) for key, value in json.loads(self._path.read_bytes()).items()}
            )
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, TypeError, AttributeError) as error:
            raise SettingsError(
                "data_dir", f"holds a {self._path.name} that cannot be read",
                "Put back a copy, or delete it and set stall, currency and language. The sales are not touched.",
            ) from error  # fmt: skip
