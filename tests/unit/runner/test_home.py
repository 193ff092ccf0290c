from __future__ import annotations

import os
from pathlib import Path

import pytest

from arhan.runner import home
from arhan.runner.errors import CannotRun


def test_arhan_home_says_where_the_bank_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARHAN_HOME", "/srv/bank")
    assert home.find().path == Path("/srv/bank")


def test_root_keeps_it_where_other_users_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARHAN_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert home.find().path == Path("/var/lib/arhan")


def test_a_plain_user_keeps_it_among_their_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARHAN_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "/home/ngozi")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert home.find().path == Path("/home/ngozi/.local/share/arhan")


def test_the_socket_lies_inside_while_its_path_fits() -> None:
    longest = home.Home(Path("/" + "x" * (107 - len("/" + "/run/postgres/.s.PGSQL.5432"))))
    assert longest.socket_directory == longest.path / "run" / "postgres"


def test_a_path_one_byte_too_long_for_a_socket_moves_it_to_tmp() -> None:
    too_long = home.Home(Path("/" + "x" * (108 - len("/" + "/run/postgres/.s.PGSQL.5432"))))
    assert too_long.socket_directory.parent == Path("/tmp")  # noqa: S108 - what is tested


def test_two_banks_never_share_a_socket_directory() -> None:
    one, other = (home.Home(Path("/" + letter * 120)) for letter in "ab")
    assert one.socket_directory != other.socket_directory


def test_a_second_launcher_on_the_same_directory_is_refused_and_told_by_whom(tmp_path: Path) -> None:
    here = home.Home(tmp_path)
    with (
        home.held(here),
        pytest.raises(CannotRun, match=rf"{tmp_path} \(process {os.getpid()}\)"),
        home.held(here),
    ):
        pass


def test_a_bank_that_ended_leaves_its_directory_free(tmp_path: Path) -> None:
    here = home.Home(tmp_path)
    with home.held(here):
        pass
    with home.held(here):
        pass


def test_every_directory_is_private(tmp_path: Path) -> None:
    here = home.Home(tmp_path / "bank")
    home.prepare(here, user=None)
    modes = {
        path.stat().st_mode & 0o777 for path in (here.path, here.keys, here.logs, here.run, here.postgres)
    }
    assert modes == {0o700}


def test_nothing_above_the_bank_has_its_permissions_changed(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    home.prepare(home.Home(tmp_path / "bank"), user=None)
    assert tmp_path.stat().st_mode & 0o777 == 0o711


def test_a_socket_directory_that_somebody_else_planted_is_refused(tmp_path: Path) -> None:
    here = home.Home(tmp_path / ("x" * 120))
    here.socket_directory.symlink_to(tmp_path)
    try:
        with pytest.raises(CannotRun, match="belongs to somebody else"):
            home.prepare(here, user=None)
    finally:
        here.socket_directory.unlink()
