"""What no single function shows: that nobody in the code base does what must not be done."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from arhan import frontend
from arhan.runner import certificates, gateway
from tests.unit.runner.test_gateway import rendered

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "arhan"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
PORTAL = Path(frontend.__file__).parent
SCRIPTS = sorted((PORTAL / "static" / "frontend").glob("*.js"))
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))

NOT_GUESSED = {"arhan/runner/demo.py", "arhan/runner/ports.py"}
"""Where chance decides nothing that anybody could gain by: the demo's payments, and which port is tried first."""


def calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Every call in a file, with its name as written."""
    tree = ast.parse(path.read_text())
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def offenders(pattern: str, paths: list[Path]) -> list[str]:
    """Lines that match, with where they stand."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_template_switches_escaping_off() -> None:
    assert offenders(r"\|\s*safe\b|autoescape off|\bmark_safe\b|\bSafeString\(", [*TEMPLATES, *SOURCES]) == []


def test_no_shell_no_eval_no_pickle() -> None:
    for path in SOURCES:
        assert not imports(path) & {"pickle", "marshal", "shelve", "dill"}, path
        for name, call in calls(path):
            assert name not in {"eval", "exec", "os.system", "os.popen", "yaml.load"}, (path, name)
            shell = [k for k in call.keywords if k.arg == "shell"]
            assert not shell, (path, "a shell")


def test_scripts_write_text_not_markup() -> None:
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|__proto__"
    )
    assert offenders(forbidden, SCRIPTS) == []


def portal(expression: str, *, public_url: str) -> str:
    """What Python says in a portal that is reached at this address."""
    told = {
        "DATABASE_URL": "postgresql://nobody@/nowhere",
        "SECRET_KEY": "test",
        "ENCRYPTION_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
        "ARHAN_PUBLIC_URL": public_url,
        "DJANGO_SETTINGS_MODULE": "arhan.frontend.settings",
    }
    code = f"import django; django.setup()\n{expression}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | told, capture_output=True, text=True, check=True
    )
    return done.stdout


COOKIES = """
from django.conf import settings
from django.http import HttpResponse
from arhan.frontend import cookies
response = HttpResponse()
cookies.set_session_cookie(response, "x")
cookies.set_device_cookie(response, "x")
for cookie in response.cookies.values():
    print(cookie.OutputString())
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_SAMESITE)
"""


def test_cookies_of_a_bank_with_tls() -> None:
    session, device, forms = portal(COOKIES, public_url="https://bank.example").splitlines()
    for cookie in (session, device):
        assert cookie.startswith("__Host-arhan-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {p.strip() for p in cookie.split(";")}
        assert "Domain" not in cookie
    name, secure, same_site = forms.split()
    assert (name.startswith("__Host-"), secure, same_site) == (True, "True", "Lax")


def test_nobody_answers_to_other_origins() -> None:
    written = [*SOURCES, *(PACKAGE / "runner").glob("*.template"), ROOT / "deploy" / "nginx" / "gateway.conf"]
    assert offenders("Access-Control-Allow", written) == []


def test_the_content_security_policy() -> None:
    policy = portal(
        "import json; from arhan.frontend.middleware import POLICY; print(json.dumps(POLICY))",
        public_url="https://bank.example",
    )
    found = json.loads(policy)
    assert (found["default-src"], found["object-src"], found["base-uri"]) == ("'none'",) * 3
    assert found["frame-ancestors"] == "'none'"
    assert (found["script-src"], found["style-src"]) == ("'self'", "'self'")


def test_password_fields_are_masked_and_may_be_pasted_into() -> None:
    fields = portal(
        "from arhan.frontend.forms import joining, security\n"
        "from django.forms import Form, PasswordInput\n"
        "for module in (joining, security):\n"
        "    for form in vars(module).values():\n"
        "        if isinstance(form, type) and issubclass(form, Form):\n"
        "            for name, field in form.base_fields.items():\n"
        "                if 'password' in name or name in ('current', 'new'):\n"
        "                    print(isinstance(field.widget, PasswordInput), field.widget.attrs.get('autocomplete'))",
        public_url="https://bank.example",
    ).splitlines()
    assert len(fields) >= 5
    assert {line.split()[0] for line in fields} == {"True"}
    assert {line.split()[1] for line in fields} <= {"current-password", "new-password"}
    assert offenders("onpaste|ondrop|oncopy", TEMPLATES) == []
    assert offenders(r'addEventListener\("(paste|copy)"', SCRIPTS) == []


def test_chance_comes_from_the_operating_system() -> None:
    guessable = {str(p.relative_to(ROOT)) for p in SOURCES if "random" in imports(p)}
    assert guessable <= NOT_GUESSED
    sizes = [
        int(match[1])
        for path in SOURCES
        if str(path.relative_to(ROOT)) not in NOT_GUESSED
        for match in re.finditer(r"token_(?:urlsafe|bytes|hex)\((\d+)\)", path.read_text())
    ]
    assert sizes
    assert min(sizes) >= 16, "128 bits"


def test_cryptography_is_nobody_s_own() -> None:
    forbidden = r"hashlib\.(md5|sha1|new)\b|\bECB\b|PKCS1v15|Blowfish|ARC4|TripleDES|usedforsecurity=True"
    assert offenders(forbidden, SOURCES) == []
    primitives = {
        name.split(".")[0]
        for path in SOURCES
        for name in imports(path)
        if name.split(".")[0] in {"cryptography", "joserfc", "Crypto", "nacl", "jwt", "jose", "rsa", "ecdsa"}
    }
    assert primitives <= {"cryptography", "joserfc"}


def test_what_was_encrypted_and_changed_is_refused() -> None:
    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - only here

    fernet = Fernet(Fernet.generate_key())
    sealed = bytearray(fernet.encrypt(b"a secret"))
    sealed[40] ^= 1
    with pytest.raises(InvalidToken):
        fernet.decrypt(bytes(sealed))
    assert "from cryptography.fernet import" in (PACKAGE / "kernel" / "encryption.py").read_text()


def test_tls_of_the_gateway() -> None:
    certificate = certificates.Certificate(Path("/x/tls.crt"), Path("/x/tls.key"), is_ours=False)
    written = gateway.render(gateway.containers(certificate))
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in written
    (ciphers,) = re.findall(r"ssl_ciphers ([^;]+);", written)
    for cipher in ciphers.split(":"):
        assert cipher.startswith("ECDHE-")
        assert "GCM" in cipher or "CHACHA20" in cipher


def test_nobody_switches_certificate_checks_off() -> None:
    for path in SOURCES:
        for name, call in calls(path):
            for keyword in call.keywords:
                said = isinstance(keyword.value, ast.Constant) and keyword.value.value
                assert not (keyword.arg == "verify" and said is False), (path, name)
                assert not (keyword.arg == "follow_redirects" and said is True), (path, name)


def test_trace_is_refused() -> None:
    """nginx answers 405 to TRACE by itself; nothing in our file lets it through."""
    assert "TRACE" not in rendered()
    assert "proxy_method" not in rendered()


def test_signing_out_clears_what_the_browser_kept() -> None:
    assert 'response["Clear-Site-Data"]' in (PORTAL / "views" / "joining.py").read_text()


def test_pages_are_not_kept() -> None:
    headers = portal(
        "from arhan.frontend.middleware import SECURITY_HEADERS; print(SECURITY_HEADERS['Cache-Control'])",
        public_url="https://bank.example",
    )
    assert headers.strip() == "no-store"


def test_what_the_browser_keeps() -> None:
    """Whether sums are veiled; nothing of the person or their money."""
    kept = {
        match
        for path in SCRIPTS
        for match in re.findall(r"(?:localStorage|sessionStorage)\.\w+\(([^,)]*)", path.read_text())
    }
    assert kept <= {'"veiled"'}
    assert offenders("indexedDB|caches\\.open|serviceWorker", SCRIPTS) == []


def test_every_component_is_pinned_with_a_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    from_registries = [p for p in lock["package"] if "registry" in p["source"]]
    assert len(from_registries) > 50
    for package in from_registries:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_log_lines_are_json_in_utc() -> None:
    code = (
        "from arhan.kernel import logging\n"
        "logging.configure('payment'); logging.begin_request()\n"
        "logging.get_logger('x').warning('hello\\nforged line', password='hunter2', pin='0427', amount=5)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    said = json.loads(line)
    assert said["event"] == "hello\nforged line"
    assert (said["password"], said["pin"], said["amount"]) == ("***", "***", 5)
    assert said["timestamp"].endswith("Z")
    assert said["request_id"].startswith("req-")
    assert said["service"] == "payment"
