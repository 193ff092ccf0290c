"""`arhan migrate`: tables brought up to date by hand, on this machine or in a container."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner import environment, migrations, postgres
from arhan.runner import home as homes
from arhan.runner.errors import CannotRun
from arhan.runner.launcher import Launcher

if TYPE_CHECKING:
    from collections.abc import Sequence


def migrate(names: Sequence[str]) -> None:
    """Migrate these services, all by default.

    With DATABASE_URL in the environment (a container) it is one service's and is used as it is;
    otherwise this machine's bank is: as it runs, or with its PostgreSQL started for the occasion.
    """
    try:
        services = [topology.service(name) for name in names] or list(topology.SERVICES)
    except KeyError as error:
        raise CannotRun(str(error.args[0])) from error
    if "DATABASE_URL" in os.environ:
        for service in services:
            _run_django(service, dict(os.environ) | {"DJANGO_SETTINGS_MODULE": f"{service.package}.settings"})
        return
    home = homes.find()
    if home.keys.is_dir() and postgres.answers(environment.existing(home).server):
        _migrate_running(environment.existing(home), services)
        return
    with homes.held(home), Launcher(home, services=[s.name for s in services], tell=_say) as launcher:
        launcher.start_database()
        _say(f"Migrated: {', '.join(launcher.migrate()) or 'nothing, all is up to date'}")


def _migrate_running(site: environment.Site, services: list[topology.Service]) -> None:
    for service in migrations.outdated(site.server, services):
        _run_django(service, site.service(service))
        migrations.record(site.server, service)


def _run_django(service: topology.Service, told: dict[str, str]) -> None:
    _say(f"Migrating {service.name}")
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--noinput", "--skip-checks"], env=told, check=False
    )
    if done.returncode:
        msg = f"The migration of {service.name} failed."
        raise CannotRun(msg)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
