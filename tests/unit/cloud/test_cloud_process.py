"""The real command as a process of its own: ready line, live events, a quick end, nothing lost at kill -9."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from cloud.adapters.asyncio_change_feed import LISTENERS_MAX, AsyncioChangeFeed
from cloud.ports.dashboards import Changed
from tests.free_ports import free_port
from tests.unit.cloud.cloud_chains import market_day
from tests.unit.cloud.cloud_deployment import PASSWORD, Hub, enrol_hub, running_cloud

PATIENCE_S = 60


def command(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from cloud.cli import app; app()", *words],
        env=environment(folder) | more, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def environment(folder: Path, port: int = 8_103) -> dict[str, str]:
    return os.environ | {
        "STALLHOLDER_CLOUD_DATA_DIR": str(folder / "cloud"),
        "STALLHOLDER_CLOUD_PORT": str(port),
        "NO_COLOR": "1",
    }


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from cloud.cli import app; app()", "serve"],
        env=environment(folder, port), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready == f"ready http://127.0.0.1:{port}\n"
        yield ready.split()[1], process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()


def prepared(folder: Path) -> Hub:
    with running_cloud(folder) as cloud:
        hub = enrol_hub(cloud)
        cloud.doors.people.add("demo", "mira", PASSWORD)
    return hub


def test_init_enrol_code_and_add_user_say_what_they_did(tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    first = ("init", "--tenant", "demo", "--user", "mira", "--password-file", str(password))
    for begun in ("Made", "Found"):
        done = command(tmp_path, *first)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{begun} tenant demo. mira can sign in.")
    code = command(tmp_path, "enrol-code", "--tenant", "demo", "--role", "hub", "--device", "hub-dock")
    assert (code.returncode, len(code.stdout.strip())) == (0, 24)
    unknown = command(tmp_path, "enrol-code", "--tenant", "nobody", "--device", "hub-dock")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "there is no tenant “nobody” here" in unknown.stderr
    added = ("add-user", "--tenant", "demo", "--user", "jon", "--password-file", str(password))
    assert command(tmp_path, *added).stdout == "jon can sign in.\n"
    assert "exists already" in command(tmp_path, *added).stderr
    assert command(tmp_path, "verify").stdout == "Everything is sound.\n"
    wrong = command(tmp_path, "serve", STALLHOLDER_CLOUD_PORT="high")
    assert (wrong.returncode, "setting port" in wrong.stderr) == (1, True)


def test_a_password_file_that_cannot_be_read_is_told_in_a_sentence_and_nothing_is_made(tmp_path):
    pictures = tmp_path / "picture"
    pictures.write_bytes(b"\xff\xd8\xff")
    for name in ("init", "add-user"):
        for file, reason in (
            ("none", "No such file"),
            (str(tmp_path), "directory"),
            (str(pictures), "no text"),
        ):
            told = command(tmp_path, name, "--tenant", "demo", "--user", "mira", "--password-file", file)
            assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
            assert f"The password file {file}" in told.stderr
            assert reason in told.stderr
    assert not (tmp_path / "cloud").exists()


def test_a_first_init_that_is_refused_leaves_nothing_half_done(tmp_path):
    password = tmp_path / "password"
    first = ("init", "--tenant", "demo", "--password-file", str(password))
    for user, typed, words in (("mira", "short", "has 5 characters"), ("Mira!", PASSWORD, "user")):
        password.write_text(typed)
        refused = command(tmp_path, *first, "--user", user)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert words in refused.stderr
        assert not (tmp_path / "cloud").exists()
    password.write_text(PASSWORD)
    assert command(tmp_path, *first, "--user", "mira").stdout.startswith("Made tenant demo.")


def test_init_for_another_tenant_with_a_name_that_is_taken_makes_no_tenant(tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    more = ("--user", "mira", "--password-file", str(password))
    command(tmp_path, "init", "--tenant", "demo", *more)
    assert "exists already" in command(tmp_path, "init", "--tenant", "other", *more).stderr
    unknown = command(tmp_path, "enrol-code", "--tenant", "other", "--device", "hub-dock")
    assert "there is no tenant “other” here" in unknown.stderr


async def test_a_page_hears_of_new_sales_and_the_server_ends_at_once_while_it_listens(tmp_path):
    hub = prepared(tmp_path)
    chain = market_day(3)
    with serving(tmp_path) as (address, process):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as http:
            await http.post("/api/sign-in", json={"user": "mira", "password": PASSWORD})
            async with http.stream("GET", "/api/events") as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                await hub.send(http, chain.source, chain.batch())
                heard: set[str] = set()
                async for line in stream.aiter_lines():
                    if line.startswith("data:"):
                        heard.add(json.loads(line.removeprefix("data:"))["what"])
                    if heard == {"sales", "fleet"}:
                        break
                process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(process.wait, PATIENCE_S)
    assert process.returncode in {0, -signal.SIGTERM}


async def test_what_was_acknowledged_outlives_a_kill(tmp_path):
    hub = prepared(tmp_path)
    chain = market_day(30)
    with serving(tmp_path) as (address, process):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as http:
            acked = 0
            for first in range(1, 31, 10):
                acked = (await hub.send(http, chain.source, chain.batch(first, first + 9)))["receiver_seq"]
        process.kill()
        process.wait(PATIENCE_S)
    with serving(tmp_path) as (address, _):
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as http:
            assert (await hub.greet(http, chain.source, chain.hello()))["receiver_seq"] == acked == 30
            assert (await hub.send(http, chain.source, chain.batch(21)))["receiver_seq"] == 32
    assert command(tmp_path, "verify").returncode == 0


async def test_changes_are_told_once_per_kind_to_their_own_tenant_only():
    feed = AsyncioChangeFeed()
    ours, theirs = feed.subscribe("demo"), feed.subscribe("other")
    assert ours is not None
    assert theirs is not None
    with ours as our_page, theirs as their_page:
        for what in (Changed.SALES, Changed.FLEET, Changed.SALES, Changed.SALES):
            await asyncio.to_thread(feed.announce, "demo", what)
        feed.announce("other", Changed.PARCELS)
        assert [await our_page.next(), await our_page.next()] == [Changed.SALES, Changed.FLEET]
        assert await their_page.next() is Changed.PARCELS
        waiting = asyncio.create_task(our_page.next())
        done, _ = await asyncio.wait([waiting], timeout=0)
        assert not done
        waiting.cancel()


async def test_more_pages_than_the_limit_are_refused():
    feed = AsyncioChangeFeed()
    with ExitStack() as open_pages:
        for _ in range(LISTENERS_MAX):
            page = feed.subscribe("demo")
            assert page is not None
            open_pages.enter_context(page)
        assert feed.subscribe("demo") is None
    assert feed.subscribe("demo") is not None


def test_the_operators_token_and_the_status_of_a_running_cloud(tmp_path):
    hub = prepared(tmp_path)
    silent = command(tmp_path, "status", STALLHOLDER_CLOUD_PORT="1")
    assert (silent.returncode, silent.stdout) == (1, "")
    assert "The cloud does not answer at http://127.0.0.1:1" in silent.stderr
    token = command(tmp_path, "metrics-token").stdout.strip()
    assert command(tmp_path, "metrics-token").stdout.strip() == token
    with serving(tmp_path) as (url, _):
        port = url.rpartition(":")[2]
        calm = command(tmp_path, "status", STALLHOLDER_CLOUD_PORT=port)
        assert (calm.returncode, calm.stdout) == (0, "No hub has reported yet.\n")
        stalled = {"behind": 3, "behind_for_s": 360, "reason": "stalled", "for_s": 360}
        row = {"source": "till-river", "role": "till", "online": True, "progress": {"hub": stalled}}
        body = json.dumps({"sources": [row]}).encode()
        headers = hub.headers("/api/v1/presence", body)
        assert httpx.post(f"{url}/api/v1/presence", content=body, headers=headers).is_success
        alarmed = command(tmp_path, "status", STALLHOLDER_CLOUD_PORT=port)
        assert (alarmed.returncode, alarmed.stdout) == (
            1, "demo/till-river: Connected, but nothing has arrived for 6 min.\n",
        )  # fmt: skip
        answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {token}"})
        assert 'stallholder_cloud_stalled{source="till-river",tenant="demo"} 1.0' in answer.text
