"""The house's rules that no linter knows: what stands at the top, what is empty, and what the centre may touch."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("device", "hub", "cloud", "shared")
TOP_LEVEL = {
    *PARTS, "tests", "pyproject.toml", "README.md", "Makefile", "LICENSE", "ARCHITECTURE.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "BENCHMARKS.md", "requirements.lock", "requirements-dev.lock", "requirements-board.lock",
    ".ci", ".gitignore", ".importlinter", "docs",
}  # fmt: skip
THE_WORLD = {
    "os",
    "time",
    "random",
    "asyncio",
    "pathlib",
    "socket",
    "subprocess",
    "threading",
    "sqlite3",
    "secrets",
    "io",
}


def tracked_files() -> list[str]:
    """Every file of the project: committed, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def imported_modules(path: Path) -> set[str]:
    """The top names of everything a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def pure_files() -> list[Path]:
    """The files that may not touch the world: shared without its impure rooms, and every part's domain and ports."""
    shared = [
        path
        for path in (ROOT / "shared").rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in {"cli", "host", "http", "web"}
    ]
    parts = [path for part in PARTS[:3] for path in ((ROOT / part / "domain").rglob("*.py"))]
    ports = [path for part in PARTS[:3] for path in (ROOT / part).glob("ports*/**/*.py")]
    ports += [ROOT / part / "ports.py" for part in PARTS[:3] if (ROOT / part / "ports.py").exists()]
    return sorted(path for path in [*shared, *parts, *ports] if "node_modules" not in path.parts)


def test_only_what_people_expect_stands_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked_files()} <= TOP_LEVEL


def test_package_files_are_empty_because_the_board_imports_them() -> None:
    packages = [ROOT / name for name in tracked_files() if name.endswith("__init__.py")]

    assert [str(path) for path in packages if path.stat().st_size] == []


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_centre_does_not_touch_the_world(path: Path) -> None:
    assert imported_modules(path) & THE_WORLD == set()


def test_lock_files_pin_hashes_and_name_no_host() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        pins = re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)
        assert pins, lock
        assert len(re.findall(r"^[a-z0-9._-]+==.*\\$", text, re.MULTILINE)) == len(pins)
        assert "://" not in text


def test_nothing_that_ships_names_an_absolute_path_of_a_developers_machine() -> None:
    homes = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w+")
    ours = [name for name in tracked_files() if name.endswith((".py", ".js", ".md", ".toml", ".html"))]

    assert [name for name in ours if "/vendor/" not in name and homes.search((ROOT / name).read_text())] == []
