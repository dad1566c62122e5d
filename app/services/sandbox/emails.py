"""Read the emails that the sandbox captured instead of sending."""

import base64
import re

from anyio import to_thread

from app.database import Work
from app.domain.refusals.requests import NotFound
from app.integrations.mailer import CapturedMail, capture_folder, find_captured
from app.models import Email
from app.queries.emails import list_sent_emails
from app.schemas import sandbox as schemas

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


async def list_all(work: Work, query: schemas.SandboxEmailQuery) -> schemas.SandboxEmailPage:
    """Return a page of emails."""
    rows, cursor = await list_sent_emails(work.session, query)
    return schemas.SandboxEmailPage(items=[_summary(row) for row in rows], next_cursor=cursor)


async def show(work: Work, row: Email) -> schemas.SandboxEmailContent:
    """Return one email with its content. Raises `NotFound` if the content was captured elsewhere or is gone."""
    summary, folder = _summary(row), capture_folder(work.settings)
    async with work.aside():
        mail = await to_thread.run_sync(lambda: find_captured(folder, to=summary.to[0], message_id=str(row.id)))
    if mail is None:
        raise NotFound("The email went out, but its content is not kept here.")
    return schemas.SandboxEmailContent(
        **summary.model_dump(),
        text=mail.text,
        html=mail.html,
        links=list(dict.fromkeys(_LINK.findall(mail.text))),
        attachments=_attachments(mail),
    )


def _attachments(mail: CapturedMail) -> list[schemas.SandboxAttachment]:
    return [
        schemas.SandboxAttachment(
            file_name=attached.filename,
            media_type=attached.media_type,
            size_bytes=len(attached.content),
            content_base64=base64.b64encode(attached.content).decode(),
        )
        for attached in mail.attachments
    ]


def _summary(row: Email) -> schemas.SandboxEmail:
    assert row.recipients is not None, "the queries return sent emails only"
    assert row.sent_at is not None
    # We wrote `Name <address>` ourselves; an address-list parser would split a name at its comma.
    to = [addressee.rpartition("<")[2].rstrip(">") for addressee in row.recipients["to"]]
    return schemas.SandboxEmail(id=row.id, kind=row.kind, to=to, subject=row.subject or "", sent_at=row.sent_at)
