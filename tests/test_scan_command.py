"""`documents scan`: judge files from before scanning was on, those that failed, and all of them for new signatures."""

import asyncio
import sys

import pytest

from app.settings import Settings
from tests.integrations.file_samples import pdf
from tests.scanner import VIRUS, Daemon, infected_pdf, large_pdf
from tests.typed import ROOT, environment
from tests.world import World


async def _scan(settings: Settings, *words: str, **more: object) -> tuple[int | None, str, str]:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value().replace("+asyncpg", "")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "documents", "scan", *words,
        cwd=ROOT, env=environment(DATABASE_URL=url, DATA_DIR=settings.data_dir, **more),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    return process.returncode, out.decode(), errors.decode()


@pytest.mark.requirement("R13")
async def test_files_from_before_are_scanned_and_told(world: World, scanner: Daemon) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    keys = ("appeals", "complaints", "malpractice")
    for key, content in zip(keys, (pdf(), infected_pdf(), large_pdf()), strict=True):
        shown = await world.upload(centre.user, draft["id"], key, content)
        assert shown["current_version"]["scan_state"] is None

    status, _, errors = await _scan(world.settings)
    assert status == 1
    assert "no virus scanner" in errors
    at = {"CLAMD__HOST": "127.0.0.1", "CLAMD__PORT": scanner.port}
    status, _, errors = await _scan(world.settings, **at)
    assert status == 1
    assert "Run the command again" in errors
    assert "Traceback" not in errors

    scanner.start()
    status, out, errors = await _scan(world.settings, **at)
    assert (status, out) == (1, "1 clean, 1 infected, 1 failed, 0 not read.\n"), errors
    assert VIRUS in errors
    assert "StreamMaxLength" in errors
    # Only the failed one has no verdict.
    assert (await _scan(world.settings, **at))[:2] == (1, "0 clean, 0 infected, 1 failed, 0 not read.\n")
    assert (await _scan(world.settings, "--all", **at))[1] == "1 clean, 1 infected, 1 failed, 0 not read.\n"
    await world.run_jobs()
    assert len(world.mail(subject="needs to be uploaded again")) == 2
    # This deployment does not scan: only the virus that was found counts.
    states = [(await world.get(f"/v1/applications/{draft['id']}/policies/{key}", centre.user)) for key in keys]
    assert [state["current_version"]["scan_state"] for state in states] == ["clean", "infected", None]


@pytest.mark.requirement("R13")
async def test_new_signatures_find_old_files(world: World, scanner: Daemon) -> None:
    centre = await world.centre()
    draft = await world.draft(centre)
    await world.upload(centre.user, draft["id"], "appeals", pdf())
    scanner.start()
    at = {"CLAMD__SOCKET": scanner.socket}
    assert (await _scan(world.settings, **at))[:2] == (0, "1 clean, 0 infected, 0 failed, 0 not read.\n")
    scanner.kill()
    scanner.know("New.Signature", "%PDF-1.")
    scanner.start()
    assert (await _scan(world.settings, **at))[0] == 0
    status, _, errors = await _scan(world.settings, "--all", **at)
    assert status == 1
    assert "New.Signature" in errors
