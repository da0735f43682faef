"""Scripts as they travel are the programs that we wrote."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.http.page_scripts import without_comments

_ROOT = Path(__file__).parents[3]
_ESBUILD = _ROOT / "shared/web/vendor/build/node_modules/.bin/esbuild"
_SCRIPTS = sorted(
    path
    for folder in ("device/web", "hub/web", "cloud/web", "shared/web")
    for path in (_ROOT / folder).rglob("*.js")
    if "vendor" not in path.parts
)


@pytest.mark.parametrize(
    ("written", "travels"),
    [
        ("// what it is\nconst a = 1;\n", "const a=1;"),
        ("/** many\n lines */\nlet b\n/* again */ let c", "let b\nlet c"),
        ('const url = "https://a/b"; // there', 'const url="https://a/b";'),
        ("const c = `https://${host /* which */}/x  //y`;", "const c=`https://${host}/x  //y`;"),
        ("html`<${A} on=${() => `${a} // ${b}`}>  <//>`  // end", "html`<${A} on=${()=>`${a} // ${b}`}>  <//>`"),
        ("const r = /[/\"'`]/g, d = a / b / c;", "const r=/[/\"'`]/g,d=a/b/c;"),
        ("a + +b - -c; i++ + j", "a+ +b- -c;i++ +j"),
        ("return /x/.test(y)", "return/x/.test(y)"),
        ("x\n  ++y", "x\n++y"),
        ("const s = 'it\\'s'; // said", "const s='it\\'s';"),
    ],
)  # fmt: skip
def test_comments_and_indentation_stay_behind(written: str, travels: str) -> None:
    assert without_comments(written) == travels


@pytest.mark.parametrize("broken", ["const a = `never", "const b = `${never", "html`<${`"])
def test_what_does_not_end_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="does not end"):
        without_comments(broken)


def test_esbuild_makes_the_same_program_of_each_script_before_and_after() -> None:
    if not _ESBUILD.exists() or not shutil.which("node"):
        assert not os.environ.get("CI"), "CI has Node.js, and `make check` before the tests fetches esbuild"
        pytest.skip("esbuild is not here; `make check` fetches it")
    assert len(_SCRIPTS) > 90
    differing = []
    for path in _SCRIPTS:
        script = path.read_text()
        if _minified(script) != _minified(without_comments(script)):
            differing.append(path.name)
    assert differing == []


def _minified(script: str) -> str:
    done = subprocess.run(
        [_ESBUILD, "--minify"], input=script, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout
