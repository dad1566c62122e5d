"""Mail in the browser, for developers: a sample of every letter, and the mail that was captured instead of sent.

It answers on this machine only and never in production, because captured mail holds first passwords. The letters
themselves stand in frames that run no script and load nothing.
"""

from collections.abc import Iterable
from html import escape
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.http.access import developers_only
from app.http.exchange import exchange_of
from app.http.root_path import page_under
from app.integrations.mailer import CapturedMail
from app.services import mail_preview
from app.settings import Settings

routes = APIRouter(prefix="/mail", include_in_schema=False, dependencies=[Depends(developers_only)])

_PAGE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_LETTER: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
}


async def _settings(request: Request) -> Settings:
    return exchange_of(request).deployment.settings


SettingsDep = Annotated[Settings, Depends(_settings)]


@routes.get("")
async def index(settings: SettingsDep) -> HTMLResponse:
    """List the captured mail and every letter."""
    mail = await mail_preview.list_all(settings)
    letters = "".join(
        f'<dt><a href="/mail/letters/{kind}"><code>{kind}</code></a></dt><dd>{escape(about)}</dd>'
        for kind, about in mail.letters.items()
    )
    return _page(
        settings.root_path,
        "Mail",
        f"<h2>Captured mail</h2><p>The newest messages that would have been sent: {len(mail.captured)}. "
        f"<code>python -m app mail list</code> lists all.</p><ol>{''.join(_line(one) for one in mail.captured)}</ol>"
        f"<h2>Every letter, with made-up words</h2><dl>{letters}</dl>",
    )


@routes.get("/letters/{kind}")
async def sample(settings: SettingsDep, kind: str) -> HTMLResponse:
    """Show the sample of one letter. Raises `NotFound`."""
    rendered = mail_preview.render_sample(settings, kind)
    return _letter(settings.root_path, kind, rendered.subject, f"/mail/letters/{kind}/html", rendered.text, [])


@routes.get("/letters/{kind}/html")
async def sample_html(settings: SettingsDep, kind: str) -> HTMLResponse:
    """The HTML of the sample, for its frame. Raises `NotFound`."""
    return HTMLResponse(mail_preview.render_sample(settings, kind).html, headers=_LETTER)


@routes.get("/captured/{name}")
async def captured(settings: SettingsDep, name: str) -> HTMLResponse:
    """Show one captured message. Raises `NotFound`."""
    mail = await mail_preview.find_captured(settings, name)
    address = f"/mail/captured/{quote(name, safe='')}"
    facts = [
        f"To: {escape(', '.join(mail.to))}",
        f"Date: {mail.date.isoformat()}",
        *(f"Attached: {escape(file.filename)} ({len(file.content)} bytes)" for file in mail.attachments),
        f'<a href="{address}/eml">Open in a mail program</a>',
    ]
    return _letter(settings.root_path, "Captured mail", mail.subject, f"{address}/html", mail.text, facts)


@routes.get("/captured/{name}/html")
async def captured_html(settings: SettingsDep, name: str) -> HTMLResponse:
    """The HTML of the captured message, for its frame. Raises `NotFound`."""
    return HTMLResponse((await mail_preview.find_captured(settings, name)).html, headers=_LETTER)


@routes.get("/captured/{name}/eml")
async def captured_eml(settings: SettingsDep, name: str) -> Response:
    """Download the captured message with its attachments. Raises `NotFound`."""
    path = await mail_preview.find_captured_path(settings, name)
    return FileResponse(path, media_type="message/rfc822", filename=name, headers=_LETTER)


def _line(mail: CapturedMail) -> str:
    address = f"/mail/captured/{quote(mail.path.name, safe='')}"
    return (
        f'<li><a href="{address}">{escape(mail.subject)}</a><br>'
        f"{mail.date:%Y-%m-%d %H:%M} UTC to {escape(', '.join(mail.to))}</li>"
    )


def _letter(root: str, title: str, subject: str, frame: str, text: str, facts: Iterable[str]) -> HTMLResponse:
    return _page(
        root,
        title,
        f'<p><a href="/mail">All mail</a></p><h2>{escape(subject)}</h2>'
        f"<ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul>"
        f'<iframe class="letter" sandbox src="{frame}" title="The letter as HTML"></iframe>'
        f'<h2>As plain text</h2><pre class="letter-text">{escape(text)}</pre>',
    )


def _page(root: str, title: str, body: str) -> HTMLResponse:
    page = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} – Centre recognition API</title><link rel="stylesheet" href="/static/pages/pages.css">'
        f"</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(page_under(root, page), headers=_PAGE)
