"""The broker's own authority: whom its certificates vouch for, until when, and when they are made anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.broker.authority import (
    CERTIFICATE_LIFE,
    RENEW_BEFORE,
    issue,
    make_authority,
)
from hub.broker.config import Config
from hub.broker.errors import BrokerSetUpError
from hub.broker.set_up import hosts_of as hosts_of_config
from hub.broker.tls_files import keep_given, read_or_make_authority, ready_files
from shared.authority import AuthorityError, hosts_of
from shared.host.pinned_tls import pinned_context
from shared.settings import SettingsError

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOSTS = ["hub.local", "10.0.0.7"]


def test_a_certificate_names_the_hosts_it_is_made_for(tmp_path: Path) -> None:
    files = ready_files(tmp_path, HOSTS, "hub-dock", NOW)
    assert hosts_of(files.certificate.read_bytes()) == set(HOSTS)
    assert pinned_context(files.authority.read_text()).check_hostname


def test_a_later_start_keeps_what_is_good(tmp_path: Path) -> None:
    first = ready_files(tmp_path, HOSTS, "hub-dock", NOW).certificate.read_bytes()
    assert ready_files(tmp_path, HOSTS[:1], "hub-dock", NOW).certificate.read_bytes() == first


@pytest.mark.parametrize(
    ("hosts", "after"),
    [([*HOSTS, "hub.example"], timedelta()), (HOSTS, CERTIFICATE_LIFE - RENEW_BEFORE + timedelta(1))],
)
def test_a_new_host_or_an_end_in_sight_makes_a_new_certificate_of_the_same_authority(
    tmp_path: Path, hosts: list[str], after: timedelta
) -> None:
    files = ready_files(tmp_path, HOSTS, "hub-dock", NOW)
    before = files.certificate.read_bytes(), files.authority.read_bytes()
    again = ready_files(tmp_path, hosts, "hub-dock", NOW + after)
    assert again.certificate.read_bytes() != before[0]
    assert again.authority.read_bytes() == before[1]


def test_a_certificate_of_another_authority_is_made_anew(tmp_path: Path) -> None:
    files = ready_files(tmp_path, HOSTS, "hub-dock", NOW)
    strange = issue(make_authority("other", NOW), HOSTS, NOW)
    files.certificate.write_bytes(strange.certificate)
    files.key.write_bytes(strange.key)
    assert ready_files(tmp_path, HOSTS, "hub-dock", NOW).certificate.read_bytes() != strange.certificate


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    ready_files(tmp_path, HOSTS, "hub-dock", NOW)
    (tmp_path / "broker.pem").write_text("no certificate")
    with pytest.raises(BrokerSetUpError, match="damaged"):
        ready_files(tmp_path, HOSTS, "hub-dock", NOW)
    with pytest.raises(AuthorityError):
        hosts_of(b"no certificate")


def test_another_node_holds_a_certificate_and_no_authoritys_key(tmp_path: Path) -> None:
    authority = read_or_make_authority(tmp_path / "first", "hub-dock", NOW)
    keep_given(tmp_path / "second", authority.certificate, issue(authority, HOSTS, NOW))
    files = ready_files(tmp_path / "second", HOSTS, "hub-dock", NOW)
    assert not (tmp_path / "second" / "authority.key").exists()
    with pytest.raises(BrokerSetUpError, match="hub's node"):
        read_or_make_authority(tmp_path / "second", "hub-dock", NOW)
    with pytest.raises(BrokerSetUpError, match="export-node"):
        ready_files(tmp_path / "second", HOSTS, "hub-dock", NOW + CERTIFICATE_LIFE)
    assert files.authority.read_bytes() == authority.certificate


def test_without_an_authority_there_is_no_tls_and_no_way_around_it() -> None:
    for text in ("", "no certificate"):
        with pytest.raises(ValueError, match="enrol"):
            pinned_context(text)


@pytest.mark.parametrize(
    ("bind", "tls", "uses"),
    [
        ("127.0.0.1", "auto", False), ("::1", "auto", False), ("localhost", "auto", False),
        ("0.0.0.0", "auto", True), ("10.0.0.7", "auto", True), ("127.0.0.1", "on", True), ("0.0.0.0", "off", False),
    ],
)  # fmt: skip
def test_who_listens_to_others_speaks_tls_unless_told_otherwise(bind: str, tls: str, uses: bool) -> None:
    assert Config(bind=bind, tls=tls).uses_tls is uses


def test_the_certificate_is_made_for_public_names_and_for_this_machine() -> None:
    hosts = hosts_of_config(Config(bind="0.0.0.0", public_hosts=("hub.example",)))
    assert hosts == ["hub.example", "localhost", "127.0.0.1", "::1"]
    assert "10.0.0.7" in hosts_of_config(Config(bind="10.0.0.7"))


def test_a_cluster_that_gives_this_node_another_port_is_refused() -> None:
    with pytest.raises(SettingsError, match="cluster_port"):
        Config(cluster=("a:1", "b:1", "c:1"), node="a", cluster_port=2)


@pytest.mark.parametrize("cluster", [("a:1", "b:1"), ("a:1", "a:1", "b:1"), ("a:1", "b:1", "c:1", "d:1")])
def test_a_cluster_that_could_not_agree_is_refused(cluster: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="three nodes"):
        Config(cluster=cluster, node="a")
    with pytest.raises(SettingsError, match="node"):
        Config(cluster=("a:1", "b:1", "c:1"))
