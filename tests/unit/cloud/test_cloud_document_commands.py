"""`stallholder cloud documents …`: what people type, and what they are told."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cloud.cli import app
from tests.unit.cloud.cloud_deployment import PASSWORD
from tests.unit.cloud.model_cards import card_of

GOODS = "sku,name,category,price,vat_percent\nmug,Mug,Pottery,24,19\nbad,,Pottery,1,19\n"


class Shell:
    """Commands of one cloud, in this process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("STALLHOLDER_CLOUD_DATA_DIR", str(folder / "cloud"))
        self.run("init", "--tenant", "demo", "--user", "mira", "--password-file", self.file("pw", PASSWORD))

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def run(self, *words: str, fails: bool = False) -> str:
        done = CliRunner().invoke(app, list(words))
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    def documents(self, *words: str, fails: bool = False, tenant: str = "demo") -> str:
        return self.run("documents", *words, "--tenant", tenant, fails=fails)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, monkeypatch)


def test_a_catalogue_is_issued_compared_and_brought_back(shell: Shell) -> None:
    goods = shell.file("goods.csv", GOODS)
    assert "catalogue for everyone: version 1 counts now." in shell.documents("issue", "catalogue", goods)
    shell.documents("issue", "catalogue", shell.file("goods.csv", GOODS.replace(",24,", ",25,")))
    assert shell.documents("diff", "catalogue", "2") == "Mug: price 24.00 → 25.00\n"
    assert "version 3 counts now" in shell.documents("roll-back", "catalogue", "1")
    versions = shell.documents("list", "--kind", "catalogue").splitlines()
    assert [line.split("\t")[2] for line in versions] == ["3", "2", "1"]
    assert versions[0].endswith("version 1 brought back")
    assert shell.documents("export-catalogue").splitlines()[1] == "mug,Mug,Pottery,24.00,19,,,piece,,,,,,,"


def test_prices_settings_and_models_are_issued_from_files_and_shown_as_signed(shell: Shell) -> None:
    prices = shell.file("prices.json", '{"prices_minor": {"mug": 2300}}')
    shell.documents("issue", "prices", prices, "--scope", "till-harbour")
    settings = shell.file("settings.json", '{"receipt_footer": "Thank you"}')
    shell.documents("issue", "settings", settings)
    model = shell.file("model.onnx", "onnx")
    shell.documents("publish-model", model, "--card", shell.file("card.json", card_of(b"onnx")))
    listed = [line.split("\t")[:3] for line in shell.documents("list").splitlines()]
    assert listed == [
        ["model", "everyone", "1"], ["prices", "till-harbour", "1"], ["settings", "everyone", "1"]
    ]  # fmt: skip
    shown = json.loads(shell.documents("show", "prices", "1", "--scope", "till-harbour"))
    assert json.loads(shown["payload"])["body"]["content"] == {"prices_minor": {"mug": 2300}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "prices", "8"), "There is no version 8 of prices for everyone"),
        (("roll-back", "prices", "8"), "is not kept here"),
        (("issue", "prices", "no-such-file.json"), "cannot be read"),
        (("issue", "prices", "{wrong}"), "field prices_minor of the prices document"),
        (("issue", "prices", "{misspelt}"), "the prices document has no field mug; its fields are prices_minor"),
        (("issue", "settings", "{misspelt}"), "its fields are stall, receipt_footer, market_weekdays"),
        (("issue", "prices", "{empty}"), "Nothing was issued: the prices document: Invalid JSON"),
        (("issue", "prices", "{wrong}", "--scope", "Till X"), "use 1 to 48 lower-case letters"),
        (("issue", "catalogue", "{wrong}"), "the heading lacks"),
        (("publish-model", "{wrong}", "--card", "{empty}"), "card must be a JSON object"),
        (("publish-model", "{wrong}", "--card", "{misspelt}"), "card lacks name, version"),
        (("publish-model", "{wrong}", "--card", "{card}"), "not the one that its card describes"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_words_and_changes_nothing(
    shell: Shell, words: tuple[str, ...], told: str
) -> None:
    files = {
        "{wrong}": shell.file("wrong.json", '{"prices_minor": 7}'),
        "{misspelt}": shell.file("misspelt.json", '{"mug": 2300}'),
        "{empty}": shell.file("empty.json", ""),
        "{card}": shell.file("card.json", card_of(b"another model")),
    }
    assert told in shell.documents(*(files.get(word, word) for word in words), fails=True)
    assert shell.documents("list") == ""


def test_a_tenant_that_was_never_made_gets_nothing(shell: Shell) -> None:
    assert "there is no tenant “nobody” here" in shell.documents("list", tenant="nobody", fails=True)
