"""How many letters people can cause at one address. Every kind of letter has a bound: see `docs/security.md`."""

from typing import Final
from uuid import UUID

from app.database import Work
from app.domain.names import mailbox
from app.services.rate_limits import Limit, count, refusal

INVITATIONS: Final = Limit("invitations_to_an_address", 5, 3600)
COPIES: Final = Limit("copies_of_an_invoice", 10, 3600)
ACKNOWLEDGEMENTS: Final = Limit("acknowledgements_to_an_address", 5, 3600)


async def require_room_for_invitation(work: Work, inviter: UUID | None, email: str) -> None:
    """Count a letter with an invitation or log-in details, by the centre that invites, or None for our own staff.

    An address has a count for each inviter, so that none learns what another does, and none can stop another.
    Raises `TooManyRequests`.
    """
    who = f"{inviter or 'staff'}@{mailbox(email)}"
    standing = await count(work.session, INVITATIONS, who, work.now, scale=work.settings.rate_limit_scale)
    if standing.refused:
        raise refusal(standing, "Too many invitations were sent to this address. Wait, then try again.")


async def require_room_for_acknowledgement(work: Work, email: str) -> None:
    """Count an acknowledgement that staff send anew, with those of forms. Raises `TooManyRequests`."""
    scale = work.settings.rate_limit_scale
    standing = await count(work.session, ACKNOWLEDGEMENTS, mailbox(email), work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Too many acknowledgements were sent to this address. Wait, then try again.")


async def require_room_for_copy(work: Work, invoice_id: UUID) -> None:
    """Count a document about the invoice that staff send again. Raises `TooManyRequests`."""
    standing = await count(work.session, COPIES, str(invoice_id), work.now, scale=work.settings.rate_limit_scale)
    if standing.refused:
        raise refusal(standing, "Too many documents about this invoice were sent again. Wait, then try again.")


async def has_room(work: Work, limit: Limit, email: str) -> bool:
    """Count a letter to the address, and return false where there is no room for it."""
    scale = work.settings.rate_limit_scale
    return not (await count(work.session, limit, mailbox(email), work.now, scale=scale)).refused
