"""The mail preview: inert, and only for developers on this machine."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from app.clock import Clock
from app.http.exchange import deployment_of
from app.integrations.mailer import CapturedMail, CaptureMailer, build_message, capture_folder, read_captured
from app.letters.catalogue import all_letters
from app.main import create_app
from app.settings import Environment, Settings

HOSTILE = "<script>alert(1)</script>"


def _from(app: FastAPI, address: str = "127.0.0.1", host: str = "localhost:8000") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def _capture(settings: Settings) -> CapturedMail:
    """One captured message, with markup in every field that a person could have typed."""
    message = build_message(
        sender="no-reply@example.com",
        to=["Ann <ann@example.com>"],
        subject=f"Your log-in details {HOSTILE}",
        text=f"Your first password is: river {HOSTILE}",
        html="<p>Your first password is: river</p>",
        message_id="<1@example.com>",
        date=datetime(2026, 12, 7, tzinfo=UTC),
    )
    await CaptureMailer(capture_folder(settings)).send(message)
    return read_captured(capture_folder(settings))[-1]


def _paths(mail: CapturedMail) -> list[str]:
    captured = f"/mail/captured/{quote(mail.path.name, safe='')}"
    sample = "/mail/letters/log_in_details"
    return ["/mail", sample, f"{sample}/html", captured, f"{captured}/html", f"{captured}/eml"]


async def test_mail_cannot_be_read_from_another_machine(app: FastAPI, settings: Settings) -> None:
    for path in _paths(await _capture(settings)):
        async with _from(app, "198.51.100.7") as stranger:
            assert (await stranger.get(path)).status_code == 404
        # A proxy on the same machine forwards strangers.
        async with _from(app) as proxy:
            for header in ("X-Forwarded-For", "Forwarded"):
                assert (await proxy.get(path, headers={header: "198.51.100.7"})).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.1:8000"])
async def test_dns_rebinding_cannot_read_mail(app: FastAPI, settings: Settings, host: str) -> None:
    for path in _paths(await _capture(settings)):
        async with _from(app, host=host) as rebound:
            assert (await rebound.get(path)).status_code == 404


async def test_production_has_no_preview(app: FastAPI, settings: Settings, clock: Clock) -> None:
    production = create_app(
        settings.model_copy(update={"environment": Environment.PRODUCTION}),
        database=deployment_of(app).database,
        clock=clock,
    )
    for path in _paths(await _capture(settings)):
        async with _from(production) as near:
            assert (await near.get(path)).status_code == 404


async def test_an_unknown_message_is_404(app: FastAPI, settings: Settings) -> None:
    await _capture(settings)
    (settings.data_dir / "secret.eml").write_text("Subject: no mail\n\nno mail")
    async with _from(app) as near:
        for path in ("letters/nonsense", "letters/nonsense/html", "captured/nothing.eml", "captured/..%2Fsecret.eml"):
            answer = await near.get(f"/mail/{path}")
            assert answer.status_code == 404, path
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_the_index_lists_every_letter_and_the_captured_mail(app: FastAPI, settings: Settings, host: str) -> None:
    mail = await _capture(settings)
    async with _from(app, host=host) as near:
        index = await near.get("/mail")
    assert index.status_code == 200
    assert all(f'href="/mail/letters/{kind}"' in index.text for kind in all_letters())
    assert html.escape(mail.subject) in index.text
    assert HOSTILE not in index.text


async def test_every_letter_is_shown_as_text_and_in_a_frame(app: FastAPI) -> None:
    async with _from(app) as near:
        for kind in all_letters():
            page = await near.get(f"/mail/letters/{kind}")
            assert page.status_code == 200
            assert f'<iframe class="letter" sandbox src="/mail/letters/{kind}/html"' in page.text
            framed = await near.get(f"/mail/letters/{kind}/html")
            assert framed.text.lstrip().lower().startswith("<!doctype html>")


async def test_captured_mail_is_shown_inert_and_can_be_downloaded(app: FastAPI, settings: Settings) -> None:
    mail = await _capture(settings)
    _, _, _, page, framed, file = _paths(mail)
    async with _from(app) as near:
        shown = await near.get(page)
        assert "ann@example.com" in shown.text
        assert "river &lt;script&gt;" in shown.text
        assert HOSTILE not in shown.text
        assert (await near.get(framed)).text == mail.html
        downloaded = await near.get(file)
    assert downloaded.content == mail.path.read_bytes()
    assert downloaded.headers["content-disposition"].startswith("attachment")


async def test_pages_run_no_scripts_and_load_nothing_external(app: FastAPI, settings: Settings) -> None:
    for path in _paths(await _capture(settings)):
        async with _from(app) as near:
            answer = await near.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["cache-control"] == "no-store"
        framed = path.endswith(("/html", "/eml"))
        assert ("sandbox" in policy) is framed
        assert ("unsafe-inline" in policy) is framed
        if not framed:
            assert not re.search(r"<script|<style| style=| on[a-z]+=", answer.text)
