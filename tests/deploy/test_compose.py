"""The compose file is one, its services are closed, and everything that it names exists."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.database_roles import API_ROLE, WORKER_ROLE
from app.settings.names import FILE, SETTINGS_FILE, fields

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "deploy" / "compose.yaml"
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OURS = {name: service for name, service in SERVICES.items() if "centre-recognition" in service["image"]}
# Its image writes where it likes: signatures, sockets and logs.
OPEN_FILE_SYSTEM = {"clamd"}


def _schema(path: Path) -> int:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(words, capture_output=True, check=False).returncode


def test_it_is_a_compose_file(tmp_path: Path) -> None:
    assert _schema(COMPOSE) == 0
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(COMPOSE.read_text(encoding="utf-8").replace("read_only: true", "readonly: true"), encoding="utf-8")
    assert _schema(wrong) == 1


def test_it_has_every_part() -> None:
    assert set(OURS) == {"migrate", "api-1", "api-2", "worker"}
    assert {"database", "proxy", "store", "clamd", "mail", "prometheus"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_closed(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only", False) is (name not in OPEN_FILE_SYSTEM)
    assert re.fullmatch(r"(\$\{IMAGE:-)?[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?\}?", service["image"]), "an exact tag"
    published = [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
    assert published == (["80:80", "443:443"] if name == "proxy" else [])


def test_what_a_service_waits_for_tells_when_it_is_ready() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy" and other not in OURS:
                assert "healthcheck" in SERVICES[other]
            if how["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    given = OURS[name]["environment"]
    for variable, value in given.items():
        assert variable == SETTINGS_FILE or variable in fields() or variable.removesuffix(FILE) in fields(), variable
        if str(value).startswith("/run/secrets/"):
            assert Path(value).name in OURS[name]["secrets"]
    assert given["TRUSTED_PROXIES"] == SERVICES["proxy"]["networks"]["front"]["ipv4_address"]


def test_each_process_has_a_database_role_and_its_password_alone() -> None:
    roles = {"api-1": (API_ROLE, "_api"), "api-2": (API_ROLE, "_api"), "worker": (WORKER_ROLE, "_worker")}
    for name, (role, mark) in (roles | {"migrate": ("centre", "")}).items():
        given, secret = OURS[name]["environment"], f"database{mark}_password"
        assert (given["DATABASE_USER"], given["DATABASE_PASSWORD_FILE"]) == (role, f"/run/secrets/{secret}")
        assert [one for one in OURS[name]["secrets"] if "database" in one] == [secret]


def test_the_proxy_reaches_both_processes() -> None:
    (script,) = SERVICES["proxy"]["command"]
    addresses = {SERVICES[name]["networks"]["front"]["ipv4_address"] for name in ("api-1", "api-2")}
    assert set(re.findall(r"server (172[\d.]+):8000;", script)) == addresses
    assert "server 127.0.0.1:8000;" in (ROOT / "deploy" / "proxy" / "nginx.conf").read_text(encoding="utf-8")


def test_the_example_has_every_variable_of_the_file() -> None:
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE.read_text(encoding="utf-8")))
    example = (ROOT / "deploy" / "compose.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", example, flags=re.MULTILINE)) == used


def test_every_secret_is_made(tmp_path: Path) -> None:
    """Random, closed to others, and left alone the second time."""
    made = []
    for _ in range(2):
        subprocess.run(["sh", str(ROOT / "deploy" / "make-secrets.sh"), str(tmp_path / "secrets")], check=True)
        made.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    first, second = made
    whole = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    assert set(first) == set(whole["secrets"])
    assert first == second
    assert len(set(first.values())) == len(first)
    assert all(re.fullmatch(r"[0-9a-f]{48}", secret) for secret in first.values())
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
