from __future__ import annotations

from pathlib import Path

import pytest

from arhan import topology
from arhan.runner import gateway, ports

ROOT = Path(__file__).parents[3]


def rendered(**changes: object) -> str:
    options: dict[str, object] = {
        "listen": "127.0.0.1:8080",
        "upstreams": {
            name: (f"127.0.0.1:{port}",) for name, port in ports.listeners() if name != ports.GATEWAY
        },
        "directory": Path("/run/nginx"),
        "public_url": "http://127.0.0.1:8080",
    }
    return gateway.render(gateway.Gateway(**(options | changes)))  # type: ignore[arg-type]


def test_the_file_for_containers_is_the_generated_one() -> None:
    checked_in = (ROOT / "deploy" / "nginx" / "gateway.conf").read_text()
    assert checked_in == gateway.render(gateway.containers()), "run `make contracts`"


@pytest.mark.parametrize("service", topology.SERVICES, ids=lambda s: s.name)
def test_every_service_is_behind_it(service: topology.Service) -> None:
    where = "location / {" if service.name == "frontend" else f"location /api/{service.name}/ {{"
    _, _, block = rendered().partition(where)
    assert f"proxy_pass http://{service.name}_office;" in block.partition("}")[0]


def test_every_upstream_is_a_process_of_the_topology() -> None:
    names = {line.split()[1] for line in rendered().splitlines() if line.strip().startswith("upstream ")}
    assert names == {name.replace(".", "_") for name, _ in ports.listeners() if name != ports.GATEWAY}


def test_limits_can_be_switched_off() -> None:
    assert "limit_req " in rendered()
    assert "limit_req " not in rendered(limits=None)
    assert "limit_req_zone" not in rendered(limits=None)


def test_strict_transport_is_asked_for_only_behind_tls() -> None:
    assert 'Strict-Transport-Security ""' in rendered()
    assert 'Strict-Transport-Security "max-age=31536000; includeSubDomains"' in rendered(
        public_url="https://bank.example"
    )


def test_whatever_the_gateway_says_has_the_shape_of_a_problem() -> None:
    for code, title, _ in gateway.PROBLEMS.values():
        assert code.replace("_", "").isalpha()
        assert '"' not in title
