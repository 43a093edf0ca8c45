"""Settings are refused where they make no sense, and what they make is private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from safehub.config.environment import SETTINGS, Environment
from safehub.foundation.errors import Misconfigured


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SAFEHUB_HOM", "SAFEHUB_HOME"),
        ("SAFEHUB_ALLOWED_HOST", "SAFEHUB_ALLOWED_HOSTS"),
        ("SAFEHUB_SECRETKEY", "SAFEHUB_SECRET_KEY"),
    ],
)
def test_setting_misspelt_is_refused_with_the_name_meant(name: str, meant: str) -> None:
    with pytest.raises(Misconfigured, match=f"{name}: {meant} may be meant"):
        Environment.read({name: "x"})


def test_name_that_is_no_setting_and_near_to_none_is_left_alone(tmp_path: Path) -> None:
    found = Environment.read({"SAFEHUB_BIN": "x", "SAFEHUB_HOME": str(tmp_path)})
    assert found.home == tmp_path


def test_every_setting_is_described() -> None:
    assert all(len(text) > 20 for text in SETTINGS.values())


def test_secret_too_short_is_refused_and_not_repeated() -> None:
    with pytest.raises(Misconfigured, match="at least 50") as refused:
        Environment.read({"SAFEHUB_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_secret_is_made_once_and_readable_to_its_owner_alone(tmp_path: Path) -> None:
    environment = Environment.read({"SAFEHUB_HOME": str(tmp_path / "home")})
    secret = environment.secret_key()
    assert len(secret) >= 50
    assert environment.secret_key() == secret
    key = tmp_path / "home" / "keys" / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgres://a@b", "nonsense", "sqlite:///x"])
def test_database_that_is_not_postgresql_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        Environment.read({"DATABASE_URL": url}).database()


def test_sqlite_writes_through_and_takes_its_turn(tmp_path: Path) -> None:
    options = Environment.read({"SAFEHUB_HOME": str(tmp_path)}).database()["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


@pytest.mark.parametrize(
    ("hosts", "address", "is_production"),
    [
        ("localhost", "", False),
        ("localhost,127.0.0.1,[::1]", "http://localhost:9000", False),
        ("localhost", "https://127.0.0.1", False),
        ("localhost", "https://hub.example.org", True),
        ("hub.example.org", "", True),
        ("hub.example.org", "http://localhost:8000", True),
        ("localhost,.example.org", "", True),
    ],
)
def test_host_or_address_elsewhere_makes_it_production_and_forbids_demonstrations(
    tmp_path: Path, hosts: str, address: str, is_production: bool
) -> None:
    said = {"SAFEHUB_HOME": str(tmp_path), "SAFEHUB_ALLOWED_HOSTS": hosts}
    said |= {"SAFEHUB_ADDRESS": address} if address else {}
    assert Environment.read(said).is_production is is_production
    said["SAFEHUB_DEMONSTRATION"] = "1"
    if is_production:
        with pytest.raises(Misconfigured, match="SAFEHUB_DEMONSTRATION is set"):
            Environment.read(said)
    else:
        assert Environment.read(said).is_demonstration
