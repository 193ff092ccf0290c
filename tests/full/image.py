"""The image of the Dockerfile, really built and really run, on a machine without a Docker engine.

buildah builds it and runs its commands in a chroot on the host's network. The base, which a
registry would bring, is made by debootstrap, and kept between two runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = Path(os.environ.get("TEST_FULL_DIRECTORY", "/var/tmp/arhan-test-full"))  # noqa: S108 - too large for the tree
BASE = "localhost/arhan-test-base"
IMAGE = "localhost/arhan"
LIMIT_S = 1_800
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
"""What this machine trusts: a registry may be reached through somebody whom only it knows."""
TRUST = ("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "NPM_CONFIG_CAFILE")


def buildah(*words: str, limit_s: float = LIMIT_S) -> str:
    """What buildah prints; fails the test with what it complains about."""
    done = subprocess.run(
        command(*words), capture_output=True, text=True, check=False, timeout=limit_s, cwd=ROOT
    )
    assert done.returncode == 0, f"buildah {' '.join(words)}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()


def command(*words: str, driver: str = "") -> list[str]:
    """buildah with storage of our own."""
    driver = driver or storage_driver()
    root, run = WORK / driver, WORK / f"{driver}-run"
    return ["buildah", "--storage-driver", driver, "--root", str(root), "--runroot", str(run), *words]


@cache
def storage_driver() -> str:
    """`overlay` where the kernel lets us; `vfs` works everywhere but copies the whole tree for each layer."""
    tried = subprocess.run(
        command("info", driver="overlay"), capture_output=True, check=False, timeout=LIMIT_S
    )
    return "vfs" if tried.returncode else "overlay"


def build() -> None:
    """Build the image from the tree as it is."""
    WORK.mkdir(parents=True, exist_ok=True)
    if BASE not in buildah("images", "--format", "{{.Name}}").split():
        _build_base()
    buildah("rmi", "--prune", "--force")  # what an earlier build left
    buildah(
        *("bud", "--isolation", "chroot", "--format", "docker", "--pull-never"),
        *("--build-arg", f"PYTHON_IMAGE={BASE}", "--tag", IMAGE, "--file", "Dockerfile", "."),
    )


def _build_base() -> None:
    """Debian with its own Python, as small as it gets."""
    root = WORK / "base"
    shutil.rmtree(root, ignore_errors=True)
    debootstrap = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root)]
    subprocess.run(debootstrap, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT_S)
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    apt = "apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && apt-get clean"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    inside = ["chroot", str(root), "sh", "-c", apt]
    subprocess.run(inside, check=True, stdout=subprocess.DEVNULL, env=environment, timeout=LIMIT_S)
    (root / "usr/bin/python").symlink_to("python3")
    (root / CERTIFICATES.lstrip("/")).write_bytes(Path(CERTIFICATES).read_bytes())
    container = buildah("from", "scratch")
    buildah("add", container, str(root), "/")
    variables = [word for name in TRUST for word in ("--env", f"{name}={CERTIFICATES}")]
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    buildah("config", "--env", path, *variables, container)
    buildah("commit", "--rm", container, BASE)
    shutil.rmtree(root, ignore_errors=True)
