"""Six siblings that read alike, and pages that are where the map says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arhan import topology
from arhan.contracts.subscriptions import SUBSCRIPTIONS
from arhan.contracts.timetable import TIMETABLE

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "arhan"


def stands(folder: Path, name: str) -> bool:
    """A room is a file, or the folder it grew into."""
    return (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()


@pytest.mark.parametrize("service", topology.SERVICES, ids=lambda s: s.name)
def test_every_service_has_the_same_rooms(service: topology.Service) -> None:
    folder = PACKAGE / service.name
    rooms = ["errors", "service", "store", "models", "settings", "apps"]
    rooms += ["domain", "schemas", "api"] if service.name != "frontend" else ["views", "forms"]
    rooms += ["engine"] if service.engine_port else []
    rooms += ["tasks"] if service.worker else []
    assert [room for room in rooms if not stands(folder, room)] == []


@pytest.mark.parametrize("service", topology.SERVICES, ids=lambda s: s.name)
def test_every_service_has_its_page(service: topology.Service) -> None:
    page = (PACKAGE / service.name / "README.md").read_text().lower()
    for heading in ("owns", "offers", "hears", "says", "invariants"):
        assert heading in page, heading


def test_ports_are_used_once() -> None:
    ports = [s.port for s in topology.SERVICES] + [s.engine_port for s in topology.SERVICES if s.engine_port]
    ports.append(topology.GATEWAY_PORT)
    assert len(ports) == len(set(ports))


def test_scopes_and_subscriptions_name_services_that_are_called() -> None:
    for service in topology.SERVICES:
        for scope in service.scopes:
            assert scope.split(":")[0] in service.calls, (service.name, scope)
    for publisher, subscribers in SUBSCRIPTIONS.items():
        assert topology.service(publisher).publishes
        for name in subscribers:
            assert topology.service(name).worker
    for appointment in TIMETABLE:
        assert topology.service(appointment.service).worker, appointment


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def links(page: Path) -> list[str]:
    return re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())


@pytest.mark.parametrize(
    "page",
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("arhan/*/README.md")],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []
