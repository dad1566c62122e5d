"""Can the mailbox for bounces be opened? Nothing in it is read or marked."""

from dataclasses import replace

from anyio import to_thread

from app.integrations.bounces import MailboxError, open_mailbox
from app.settings import Settings

_SECONDS = 5.0


async def check_bounces(settings: Settings) -> list[str]:
    """Connect, log in and open the folder."""
    mailbox = open_mailbox(settings)
    if mailbox is None:
        return []
    try:
        await to_thread.run_sync(replace(mailbox, timeout_seconds=_SECONDS).check)
    except MailboxError as error:
        return [f"Bounces are not read: {error}. Check BOUNCES__IMAP_HOST, BOUNCES__USERNAME and BOUNCES__FOLDER."]
    return []
