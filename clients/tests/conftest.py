"""A server with the sandbox on, and a file with the input of the story for the client programs."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app.demo.screen import Screen
from app.demo.server import reached_server
from app.domain.policies import PolicyKey
from app.samples import answers, casework, sample_policy
from app.settings import Settings


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server with an empty database; yield its address."""
    folder = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.delenv("SMTP__HOST", raising=False)
        environment.setenv("DATA_DIR", str(folder))
        environment.setenv("SANDBOX", "true")
        with reached_server(Settings(data_dir=folder, port=0), Screen(1)) as reached:
            yield reached.address


@pytest.fixture
def story(server: str, tmp_path: Path) -> Path:
    """Write the input for a new centre, with the eleven policies beside it; return the file."""
    run, today = uuid4().hex[:8], datetime.now(ZoneInfo("Europe/London")).date()
    groups = answers.super_users_groups(run) | answers.colleagues_groups([], today)
    experience = answers.experience(today) | {"delivery_staff": answers.delivery_staff()}
    story = {
        "url": server,
        "initial_application": answers.initial_application(run),
        "due_diligence": [
            {"check": check.value, "outcome": "clear", "note": note} for check, note in casework.NOTES.items()
        ],
        "delivery_site": answers.delivery_site(),
        "contacts": answers.contacts(run),
        "groups": groups | {"experience": experience},
        "policies": {key.value: _write_policy(tmp_path, key) for key in PolicyKey},
    }
    file = tmp_path / "story.json"
    file.write_text(json.dumps(story), encoding="utf-8")
    return file


def _write_policy(folder: Path, key: PolicyKey) -> dict[str, str]:
    document = sample_policy(key.value)
    path = folder / document.filename
    path.write_bytes(document.content)
    return {"path": str(path), "file_name": document.filename, "media_type": document.media_type}
