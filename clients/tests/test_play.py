"""The whole process, played by programs that use only clients generated from the contract.

Run `python scripts/clients.py` first; `make clients` does both.
"""

import json
import subprocess
import sys
from pathlib import Path

import httpx

from scripts.node import command, environment

CLIENTS = Path(__file__).resolve().parents[1]


def _play(running: list[str], story: Path, **settings: str) -> dict[str, str]:
    done = subprocess.run(
        [*running, str(story)],
        env=environment() | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result: dict[str, str] = json.loads(done.stdout)
    return result


def test_a_typescript_client_gets_from_the_public_form_to_the_certificate(story: Path, server: str) -> None:
    result = _play([*command(CLIENTS, "node"), str(CLIENTS / "play" / "process.ts")], story)
    assert result["status"] == "active"
    certificate = httpx.get(f"{server}/v1/certificates/{result['number']}", trust_env=False).json()
    assert certificate["number"] == result["number"]


def test_a_python_client_gets_from_the_public_form_to_the_submitted_application(story: Path) -> None:
    result = _play(
        [sys.executable, str(CLIENTS / "play" / "process.py")],
        story,
        PYTHONPATH=str(CLIENTS / "generated" / "openapi-python-client"),
    )
    assert result["status"] == "submitted"
