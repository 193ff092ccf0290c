from __future__ import annotations

from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner.home import Home
from arhan.runner.keys import ACCOUNT_KEYS, ENCRYPTS, Keys

if TYPE_CHECKING:
    from pathlib import Path


def all_secrets(keys: Keys) -> list[str]:
    found = [keys.superuser_password(), keys.database_password(topology.BROKER_DATABASE)]
    for service in topology.SERVICES:
        found += [
            keys.database_password(service.database),
            keys.client_secret(service.name),
            keys.secret_key(service.name),
        ]
    found += [keys.encryption_key(name) for name in ENCRYPTS]
    return found + [keys.account_key(purpose) for purpose in ACCOUNT_KEYS]


def test_no_two_secrets_are_the_same(tmp_path: Path) -> None:
    secrets = all_secrets(Keys(Home(tmp_path)))
    assert len(set(secrets)) == len(secrets)


def test_they_are_made_once_and_kept(tmp_path: Path) -> None:
    assert all_secrets(Keys(Home(tmp_path))) == all_secrets(Keys(Home(tmp_path)))


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    Keys(Home(tmp_path)).make_all()
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}


def test_making_all_makes_every_one(tmp_path: Path) -> None:
    keys = Keys(Home(tmp_path))
    keys.make_all()
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert len(before) == len(all_secrets(keys))
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


def test_identity_learns_the_hashes_of_client_secrets_only(tmp_path: Path) -> None:
    keys = Keys(Home(tmp_path))
    hashes = keys.client_secret_hashes()
    assert set(hashes) == {service.name for service in topology.SERVICES}
    assert {len(bytes.fromhex(found)) for found in hashes.values()} == {32}
    assert keys.client_secret("payment") not in hashes.values()
