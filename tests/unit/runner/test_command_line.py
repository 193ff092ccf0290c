from __future__ import annotations

import subprocess
import sys


def arhan(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "arhan", *words], capture_output=True, text=True, check=False, timeout=60
    )


def test_help_imports_no_service() -> None:
    script = (
        "import sys, arhan.__main__ as m\n"
        "try: m.app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'celery', 'psycopg', 'httpx', 'granian'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_every_command_explains_itself() -> None:
    for command in (
        "up",
        "status",
        "demo",
        "migrate",
        "office",
        "engine",
        "worker",
        "relay",
        "beat",
        "provision",
    ):
        done = arhan(command, "--help")
        assert done.returncode == 0, command
        assert "Usage" in done.stdout, command


def test_an_unknown_service_is_one_sentence() -> None:
    done = arhan("migrate", "treasury")
    assert done.returncode == 1
    assert done.stderr.startswith("arhan: no service is called 'treasury'; there are identity, ")


def test_a_process_that_a_service_does_not_have_is_one_sentence() -> None:
    for words, sentence in {
        ("engine", "ledger"): "ledger has no engine.",
        ("worker", "frontend"): "frontend has no worker.",
    }.items():
        done = arhan(*words)
        assert done.returncode == 1
        assert done.stderr == f"arhan: {sentence}\n"
