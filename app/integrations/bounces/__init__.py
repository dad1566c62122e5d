"""Mail that came back: read from a mailbox, and what the notices in it say."""

from app.integrations.bounces.mailbox import Mailbox, MailboxError, Unread, open_mailbox
from app.integrations.bounces.notices import Notice, read_notices

__all__ = ["Mailbox", "MailboxError", "Notice", "Unread", "open_mailbox", "read_notices"]
