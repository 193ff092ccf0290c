"""Our own style sheets and scripts, and the vendored ones: served by ourselves, cached for a year.

Their address carries a fingerprint of all of them, so a new release is a new address and nothing
stale is ever shown.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent / "static"


@cache
def fingerprint() -> str:
    """Names the files as they are when this process starts."""
    digest = hashlib.sha256()
    for path in sorted(path for path in ROOT.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
