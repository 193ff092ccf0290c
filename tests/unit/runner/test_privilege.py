from __future__ import annotations

import os
from pathlib import Path

import pytest

from arhan.runner.privilege import User, choose_user, first_unreachable

STRANGER = User(name="stranger", uid=54_321, gid=54_321)


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A directory with an open way to it, whatever temporary directories look like here."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    inner = tmp_path / "way" / "in"
    inner.mkdir(parents=True)
    for directory in (inner, inner.parent):
        directory.chmod(0o755)
    return inner


def test_an_open_way_has_no_obstacle(open_path: Path) -> None:
    assert first_unreachable(open_path, user=STRANGER) is None


def test_a_closed_directory_on_the_way_is_named(open_path: Path) -> None:
    open_path.parent.chmod(0o700)
    assert first_unreachable(open_path, user=STRANGER) == open_path.parent


def test_a_file_that_may_not_be_read_is_named(open_path: Path) -> None:
    secret = open_path / "secret"
    secret.touch(0o600)
    assert first_unreachable(secret, user=STRANGER) == secret


def test_being_the_group_counts(open_path: Path) -> None:
    open_path.chmod(0o750)
    member = User(name="member", uid=54_321, gid=open_path.stat().st_gid)
    assert first_unreachable(open_path, user=member) is None
    assert first_unreachable(open_path, user=STRANGER) == open_path


def test_whoever_is_not_root_gets_everywhere_they_got_before() -> None:
    assert first_unreachable(Path("/root"), user=None) is None


def test_a_plain_user_runs_everything_themselves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert choose_user(data=tmp_path) is None
