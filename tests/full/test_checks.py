"""What other people's tools say of compose.yaml, the Dockerfile and the units."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


def said(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


def test_compose_is_what_the_compose_specification_allows() -> None:
    check = str(PROGRAMS / "check-jsonschema")
    assert said(check, "--builtin-schema", "vendor.compose-spec", "compose.yaml") == ""


def test_hadolint_has_nothing_to_say_of_the_dockerfile() -> None:
    assert said(str(PROGRAMS / "hadolint"), "Dockerfile") == ""


def test_systemd_understands_the_units() -> None:
    units = sorted(str(path) for path in (ROOT / "deploy/systemd").glob("arhan*"))
    complaints = said("systemd-analyze", "verify", *units).splitlines()
    # the program is installed on the bank's host, not here
    assert [line for line in complaints if "/opt/arhan/bin/arhan is not executable" not in line] == []
