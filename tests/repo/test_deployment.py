"""Topology, compose, nginx, systemd and .env.example say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from arhan import topology
from arhan.runner import compose, environment, gateway, home, keys, ports, postgres, provision, systemd

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|DEBUG")
ENVIRONMENTS = {"environ", "env", "settings", "environment"}
READERS = {"require", "is_true", "getenv"}
OTHER_PROGRAMS = {"CELERY_SKIP_CHECKS", "MALLOC_ARENA_MAX", "LC_ALL"}
"""Variables we set for libraries; nobody is to set them for us."""
OURS = ("ARHAN_", "OTEL_")
CHOSEN = ("What an operator may choose", "Traces")
FILES = {"ARHAN_TLS_CERTIFICATE", "ARHAN_TLS_KEY", "ARHAN_TIER_LIMITS"}
"""In a container a path of the operator's means nothing: compose mounts what it names."""


def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def containers_of_ours() -> dict[str, dict[str, Any]]:
    hosts = {process.host for process in topology.PROCESSES}
    return {name: service for name, service in composed()["services"].items() if name in hosts}


def test_compose_is_the_generated_file() -> None:
    assert (ROOT / "compose.yaml").read_text() == compose.render(), "run `make contracts`"


def test_the_units_of_systemd_are_the_generated_ones() -> None:
    checked_in = {p.name: p.read_text() for p in (ROOT / "deploy" / "systemd").iterdir() if p.suffix != ".md"}
    assert checked_in == systemd.units(), "run `make contracts`"


def test_everything_that_runs_has_a_container_and_a_unit() -> None:
    assert set(containers_of_ours()) == {process.host for process in topology.PROCESSES}
    units = systemd.units()
    for process in topology.PROCESSES:
        assert containers_of_ours()[process.host]["command"] == list(process.command)
        text = units[systemd.unit_name(process)]
        assert f"ExecStart=/opt/arhan/bin/arhan {' '.join(process.command)}\n" in text


def test_the_gateway_finds_every_listener_under_its_container_s_name() -> None:
    text = (ROOT / "deploy" / "nginx" / "gateway.conf").read_text()
    for process in topology.PROCESSES:
        assert bool(process.port) == (f"server {process.host}:{process.port} " in text), process.name


def test_every_service_has_a_database_of_its_own() -> None:
    services = composed()["services"]
    for service in topology.SERVICES:
        database = services[f"{service.name}-db"]
        assert database["environment"]["ARHAN_ROLE"] == service.database
        reached_by = {
            name for name, other in services.items() if f"{service.name}-data" in other.get("networks", [])
        }
        processes = {process.host for process in topology.processes_of(service)}
        assert reached_by == {*processes, f"{service.name}-db", f"{service.name}-migrate"}


def test_a_volume_of_secrets_has_one_reader() -> None:
    """A service's own processes read its secrets; `init` writes them; nobody else mounts them."""
    for name, service in composed()["services"].items():
        mounted = {
            v.split(":")[0].removesuffix("-files") for v in service.get("volumes", []) if "-files:" in v
        }
        if name == "init":
            continue
        assert len(mounted) <= 1, name
        for owner in mounted:
            assert name == owner or name.startswith(f"{owner}-"), (name, owner)


def test_only_the_gateway_is_published() -> None:
    published = {name: s["ports"] for name, s in composed()["services"].items() if "ports" in s}
    assert set(published) == {"gateway", "broker"}
    assert published["broker"] == ["127.0.0.1:15672:15672"]


def test_no_container_may_do_more_than_it_must() -> None:
    for name, service in composed()["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name


def test_whoever_waits_waits_for_health() -> None:
    services = composed()["services"]
    for name, service in services.items():
        for other, condition in service.get("depends_on", {}).items():
            ends = services[other]["restart"] == "no"
            wanted = "service_completed_successfully" if ends else "service_healthy"
            assert condition == {"condition": wanted}, (name, other)


def test_there_is_no_password_in_what_is_checked_in() -> None:
    for service in composed()["services"].values():
        for name, value in (service.get("environment") or {}).items():
            assert not re.search(r"PASSWORD|SECRET|_KEY$", name) or str(value).startswith("/run/"), name


@pytest.mark.parametrize("service", topology.SERVICES, ids=lambda s: s.name)
def test_a_container_is_told_what_a_process_of_make_up_is_told(
    service: topology.Service, tmp_path: Path
) -> None:
    at = home.Home(tmp_path)
    secrets = keys.Keys(at)
    server = postgres.embedded_server(at, password=secrets.superuser_password())
    site = environment.Site(home=at, keys=secrets, server=server, ports=dict(ports.listeners()), settings={})
    contained = provision.Containers(home=at, keys=secrets, server=server, ports={}, settings={})
    assert set(site.service(service)) - {"ARHAN_HOME", "HOME"} == set(contained.service(service))


def documented() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def used() -> set[str]:
    code = {name for path in (ROOT / "arhan").rglob("*.py") for name in variables_of(path)}
    written = re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text())
    derived = {f"ARHAN_{purpose.upper()}_KEY" for purpose in keys.ACCOUNT_KEYS}
    for service in topology.SERVICES:
        derived |= {service.url_variable}
        derived |= {service.engine_url_variable} if service.engine_port else set()
        derived |= {service.database_variable} if service.publishes else set()
    return (code | set(written) | derived | set(compose.OPERATORS)) - OTHER_PROGRAMS


def variables_of(path: Path) -> set[str]:
    """Names of environment variables in a file: those of ours wherever they stand, others where they are read."""
    tree = ast.parse(path.read_text())
    words = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) if isinstance(node.value, str)
    }
    found = {word for word in words if word.startswith(OURS) and VARIABLE.fullmatch(word)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(name := node.args[0], ast.Constant):
            reads = reader(node.func)
            if reads and isinstance(name.value, str) and VARIABLE.fullmatch(name.value):
                found.add(name.value)
        if isinstance(node, ast.Subscript) and reader(node.value) and isinstance(node.slice, ast.Constant):
            found.add(str(node.slice.value))
    return found


def reader(node: ast.expr) -> bool:
    """Whether this reads the environment: os.environ, os.environ.get, settings.require …"""
    if isinstance(node, ast.Attribute):
        if node.attr in {"get", "setdefault"}:
            return reader(node.value)
        return node.attr in {"environ"} | READERS
    return isinstance(node, ast.Name) and node.id in ENVIRONMENTS | READERS


def test_every_variable_is_documented_and_every_documented_one_is_used() -> None:
    assert used() - documented() == set(), "say in .env.example what these mean"
    assert documented() - used() == set(), "nobody reads these"


def operators_choice() -> set[str]:
    """What .env.example lets an operator choose, and where traces go."""
    text = (ROOT / ".env.example").read_text()
    chosen, traces = (text.partition(f"## {title}")[2].partition("\n## ")[0] for title in CHOSEN)
    return set(re.findall(r"^#([A-Z][A-Z0-9_]+)=", chosen + traces, re.MULTILINE))


def test_what_the_operator_may_choose_reaches_every_process_of_compose() -> None:
    assert set(compose.OPERATORS) == operators_choice() - FILES
    for name, service in containers_of_ours().items():
        assert set(compose.OPERATORS) <= set(service["environment"]), name
    assert gateway.containers().limits is not None


def test_files_the_operator_names_are_mounted() -> None:
    mounted = {
        name
        for service in composed()["services"].values()
        for volume in service.get("volumes", [])
        for name in re.findall(r"\$\{([A-Z_]+):-", volume)
    }
    assert mounted == FILES
