"""The till's page: how much JavaScript a phone has to fetch before it can sell, and how fast it sells and starts."""

import re
from pathlib import Path

from device.app.build_services import FOLDERS
from shared.http.page_files import page_file
from tests.bench import till_page

Row = dict[str, object]
_STATIC = re.compile(
    r"""^\s*(?:import|export)\b[^;"'(]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)\"""", re.MULTILINE
)
_SOON = re.compile(r'soon\(\(\) => import\("([^"]+)"\)')
_OWN, _SHARED = FOLDERS["/"], FOLDERS["/shared"]


def run() -> list[Row]:
    """Return the page's size, and what a browser measures of it."""
    return [_size(), *till_page.run()]


def _size() -> Row:
    """The compressed size of what the first tap needs, with the worker, and of what comes right after."""
    first = _loaded_with(_OWN / "app.js") | {_OWN / "words" / "selling.en.js", _OWN / "sw.js"}
    named = _SOON.findall((_OWN / "screens.js").read_text())
    after = [_OWN / name for name in (*named, "scanned.js", "scanner.js", "worker_link.js")]
    soon = set[Path]().union(*map(_loaded_with, after)) - first
    return {
            "id": "till.js_kb", "value": _kb(first), "unit": "kB", "goal": 40, "at_most": True, "n": len(first),
            "note": f"what the first tap needs, one language, and the worker, gzip -9 file by file as served; right after it comes "
            f"what a sale needs next, {_kb(soon):.1f} kB in {len(soon)} files",
        }  # fmt: skip


def _loaded_with(file: Path) -> set[Path]:
    """Return a module and what it imports, all the way down."""
    found: set[Path] = set()
    waiting = [file.resolve()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        names = [one or other for one, other in _STATIC.findall(path.read_text())]
        waiting += [_resolve(name, path) for name in names]
    return found


def _resolve(name: str, importer: Path) -> Path:
    base = _SHARED / name.removeprefix("/shared/") if name.startswith("/shared/") else importer.parent / name
    return base.resolve()


def _kb(files: set[Path]) -> float:
    return sum(len(page_file(path).compressed) for path in files) / 1_000
