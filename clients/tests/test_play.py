"""The whole process, played by programs that know nothing of this one but the clients generated from its contract.

They want `python scripts/clients.py` first; `make clients` does both.
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
    told: dict[str, str] = json.loads(done.stdout)
    return told


def test_a_typescript_client_gets_from_the_public_form_to_the_certificate(story: Path, server: str) -> None:
    told = _play([*command(CLIENTS, "node"), str(CLIENTS / "play" / "process.ts")], story)
    assert told["status"] == "active"
    certificate = httpx.get(f"{server}/v1/certificates/{told['number']}", trust_env=False).json()
    assert certificate["number"] == told["number"]


def test_a_python_client_gets_from_the_public_form_to_the_submitted_application(story: Path) -> None:
    told = _play(
        [sys.executable, str(CLIENTS / "play" / "process.py")],
        story,
        PYTHONPATH=str(CLIENTS / "generated" / "openapi-python-client"),
    )
    assert told["status"] == "submitted"
