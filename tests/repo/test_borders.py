"""Borders that import-linter cannot see, checked over the source as text and syntax."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from arhan import topology

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "arhan"
SERVICES = [service.name for service in topology.SERVICES]
HTTP_LIBRARIES = {"httpx", "requests", "urllib3", "aiohttp"}
MAY_SPEAK_HTTP = {"kernel/http.py"}
"""Plus the runner, which is a client of the bank, not a part of it."""


def sources(*parts: str) -> list[Path]:
    return sorted(path for path in PACKAGE.joinpath(*parts).rglob("*.py") if "migrations" not in path.parts)


def imported_modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def names_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_only_the_kernel_speaks_http_to_siblings() -> None:
    guilty = {
        str(path.relative_to(PACKAGE))
        for path in sources()
        if {module.split(".")[0] for module in imported_modules(path)} & HTTP_LIBRARIES
    }
    assert {path for path in guilty if not path.startswith("runner/")} <= MAY_SPEAK_HTTP


def test_nobody_reaches_for_a_model_by_name() -> None:
    guilty = [path for path in sources() if "get_model" in names_used(path)]
    assert guilty == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_sibling(service: str) -> None:
    siblings = tuple(f"arhan.{name}" for name in SERVICES if name != service)
    guilty = {
        (str(path.relative_to(PACKAGE)), module)
        for path in sources(service)
        for module in imported_modules(path)
        if module in siblings or module.startswith(tuple(f"{s}." for s in siblings))
    }
    assert guilty == set()


@pytest.mark.parametrize("shared", ["kernel", "contracts"])
def test_what_is_shared_imports_no_service(shared: str) -> None:
    services = tuple(f"arhan.{name}" for name in SERVICES)
    guilty = {
        (str(path.relative_to(PACKAGE)), module)
        for path in sources(shared)
        for module in imported_modules(path)
        if module.startswith(services)
    }
    assert guilty == set()


SERVE_FEWER = {
    "__init__": "the package",
    "apps": "Django finds the kernel's tables by it",
    "models": "likewise",
    "base": "the database backend, which Django's settings name (kernel/commented)",
    "relay": "the one relay of all publishers, which the runner starts",
    "dead_letters": "the operator's commands about every queue",
    "coalesce": "the two engines",
    "documents": "identity and account take uploads; two copies of the checks would drift",
    "paper": "account prints statements, the portal tables; names must be legible on both",
}
"""Files of the kernel that fewer than three services use, and why they are there all the same (ADR 14)."""


def test_what_is_in_the_kernel_serves_three_services() -> None:
    used = {path.stem: kernel_files(path) for path in sources("kernel")}
    users: dict[str, set[str]] = {name: set() for name in used}
    for service in SERVICES:
        left = set().union(*(kernel_files(path) for path in sources(service)))
        while left:
            name = left.pop()
            if name in users and service not in users[name]:
                users[name].add(service)
                left |= used[name]
    assert {name for name, found in users.items() if len(found) < 3} == set(SERVE_FEWER)


def kernel_files(path: Path) -> set[str]:
    """Files of the kernel that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "arhan.kernel":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("arhan.kernel."):
            found.add(str(node.module).split(".")[2])
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_domain_rules_are_pure(service: str) -> None:
    files = [PACKAGE / service / "domain.py", *sources(service, "domain"), *sources(service, "loans")]
    banned = {"django", "psycopg", "httpx", "starlette", "celery", "ninja", "os", "socket"}
    for path in (path for path in files if path.exists()):
        roots = {module.split(".")[0] for module in imported_modules(path)}
        assert not roots & banned, path
        assert not asks_for_the_time(path), path


def asks_for_the_time(path: Path) -> bool:
    """Formatting a moment is pure; asking which moment it is, is not."""
    tree = ast.parse(path.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    taken = {(node.module, alias.name) for node in imports for alias in node.names}
    return bool(taken & {("arhan.kernel.clock", "now"), ("arhan.kernel", "clock")})


def test_saving_happens_in_stores_only() -> None:
    allowed = {"store.py", "store"}
    guilty = [
        str(path.relative_to(PACKAGE))
        for path in sources()
        if "save" in bare_method_calls(path) and not allowed & {path.name, path.parent.name}
    ]
    assert guilty == []


def bare_method_calls(path: Path) -> set[str]:
    """Names of methods called without arguments."""
    return {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and not node.keywords
        and not node.args
    }


def test_no_signals_and_no_star_imports() -> None:
    for path in sources():
        text = path.read_text()
        assert "django.db.models.signals" not in text, path
        assert "import *" not in text, path
        assert "@receiver(" not in text, path
