"""The health check of a container: python -m arhan.runner.healthy, status 0 if it is well.

Reads ARHAN_READY_FILE: an office or an engine left the address there that says whether it and its
own dependencies are well; a worker, a relay or the beat made the file when it began its work.
"""

from __future__ import annotations

import argparse
import os
import sys
import urllib.request
from pathlib import Path

LIMIT_S = 4.0


def main() -> None:
    """Ask; a sentence and status 1 if the process is not well."""
    argparse.ArgumentParser(
        prog="python -m arhan.runner.healthy", description=(__doc__ or "").split("\n", 1)[0]
    ).parse_args()
    try:
        ask = Path(os.environ["ARHAN_READY_FILE"]).read_text()
        if ask:
            urllib.request.urlopen(ask, timeout=LIMIT_S).close()  # noqa: S310 - an address of our own process
    except (OSError, KeyError) as error:
        sys.exit(f"not ready: {error}")


if __name__ == "__main__":
    main()
