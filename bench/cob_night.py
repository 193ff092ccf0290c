"""One night in a process of its own: python -m bench.cob_night DAY STEP... ; JSON on standard output.

The ledger does not run here, so the steps are named; whoever kills this process starts it again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.account.settings"
django.setup()

from arhan.account.service import cob  # noqa: E402 - models must be loaded first
from arhan.account.service.cob_steps import STEPS  # noqa: E402 - models must be loaded first


def main() -> None:
    """Close the day, and say how long each step took."""
    day, names = date.fromisoformat(sys.argv[1]), set(sys.argv[2:])
    began = time.perf_counter()
    report = cob.close(through=day, by="", steps=[step for step in STEPS if step.name in names])
    found = {
        "closed": [closed.isoformat() for closed in report.closed],
        "failure": report.failure,
        "seconds": round(time.perf_counter() - began, 3),
        "steps": {
            step.name: {
                "done": step.done,
                "seconds": round((step.finished_at - step.started_at).total_seconds(), 3),
            }
            for step in cob.list_steps(day)
            if step.finished_at and step.started_at
        },
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
