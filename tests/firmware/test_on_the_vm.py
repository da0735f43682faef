"""The same rule tests once more, on the genuine MicroPython VM with a board's heap."""

import ast
import platform
import subprocess
from pathlib import Path

import pytest

from hub.sim.vm import Interpreter, environment, vm_command

pytestmark = [
    pytest.mark.firmware,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="no MicroPython VM is built for this machine"),
]

_FOLDER = Path(__file__).parent
_RULES = sorted(path.stem for path in _FOLDER.glob("test_rules_*.py"))


def _tests_in(module: str) -> set[str]:
    tree = ast.parse((_FOLDER / f"{module}.py").read_text())
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("module", _RULES)
def test_the_boards_rules_hold_on_the_boards_python(module: str) -> None:
    command = vm_command("tests.firmware.on_the_vm", f"tests.firmware.{module}")
    done = subprocess.run(
        command, env=environment(0), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {line.split()[1] for line in done.stdout.splitlines() if line.startswith("passed")} == _tests_in(
        module
    )


def test_the_vm_is_the_genuine_one() -> None:
    command = [*vm_command("-")[:-2], "-c", "import sys; print(sys.implementation.name)"]
    done = subprocess.run(
        command, env=environment(0), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == Interpreter.MICROPYTHON.value
