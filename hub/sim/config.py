"""The simulated board's settings, as `STALLHOLDER_BOARD_…` or a TOML file give them."""

from dataclasses import dataclass
from pathlib import Path

PREFIX = "STALLHOLDER_BOARD_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Where the board keeps its files, where its page is, and how its bank is built."""

    data_dir: Path = Path.home() / ".local" / "share" / "stallholder" / "board"
    bind: str = "127.0.0.1"
    port: int = 8104
    board: str = "board-dock-1"
    sizes: tuple[str, ...] = ("S", "S", "L", "S", "M", "M", "S", "L")
    interpreter: str = "auto"  # auto | micropython | cpython
