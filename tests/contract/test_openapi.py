"""Each server's interface describes itself validly for developers, and offers no such page to the public."""

import json

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from typer.testing import CliRunner

from cloud.cli import app as cloud_command
from device.cli import app as till_command
from hub.cli import app as hub_command
from tests.unit.cloud.cloud_deployment import client_of, running_cloud

PARTS = {"till": till_command, "hub": hub_command, "cloud": cloud_command}


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nowhere")
    file = folder / "settings.toml"
    file.write_text(f'data_dir = "{folder / "data"}"\n')
    printed = {}
    for part, command in PARTS.items():
        said = CliRunner().invoke(command, ["openapi", "--config", str(file)])
        assert said.exit_code == 0, said.output
        printed[part] = json.loads(said.stdout)
    assert not (folder / "data").exists(), "a description needs no data and leaves none"
    return printed


@pytest.mark.parametrize("part", PARTS)
def test_the_description_of_an_interface_is_valid_openapi(described, part):
    errors = list(OpenAPIV31SpecValidator(described[part]).iter_errors())
    assert errors == []
    assert described[part]["openapi"].startswith("3.1")


def test_what_a_hub_asks_of_the_cloud_is_described(described):
    paths = described["cloud"]["paths"]
    for path in ("/api/v1/streams/{source}/hello", "/api/v1/streams/{source}/entries", "/api/v1/presence"):
        asked = paths[path]["post"]
        assert asked["summary"]
        assert any(parameter["name"] == "Authorization" for parameter in asked["parameters"]), path
        assert asked["requestBody"]["content"]
        assert {"200", "401", "403"} <= set(asked["responses"])
    octets = paths["/api/v1/streams/{source}/entries"]["post"]["requestBody"]["content"]
    assert list(octets) == ["application/octet-stream"]


async def test_a_public_server_shows_no_page_of_its_interface(tmp_path):
    with running_cloud(tmp_path) as cloud:
        http: httpx.AsyncClient
        async with client_of(cloud) as http:
            for path in ("/docs", "/redoc", "/openapi.json"):
                assert (await http.get(path)).status_code == 404, path
