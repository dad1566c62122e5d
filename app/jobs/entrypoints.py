"""The function behind each job's name: small, repeatable, called with an id."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import structlog

from app.integrations.mailer import MailRefused
from app.integrations.virus_scan import CannotScan
from app.jobs.discard_file import discard_file
from app.jobs.means import Means
from app.jobs.scan_file import note_unscanned, scan_file
from app.jobs.send_email import hold_email, send_email
from app.services.events.publication import publish_pending

log = structlog.get_logger(__name__)

Handler = Callable[[Means, str], Awaitable[None]]
GivenUp = Callable[[Means, str, str], Awaitable[None]]


async def _send_email(means: Means, payload: str) -> None:
    await send_email(means, UUID(payload))


async def _hold_email(means: Means, payload: str, reason: str) -> None:
    await hold_email(means, UUID(payload), reason)


async def _publish_events(means: Means, _: str) -> None:
    """Publish. What a run fails to publish, the next job or the sweep of every minute does: a run that was retried
    would stand in the queue beside the next one."""
    try:
        async with means.work() as work:
            await publish_pending(work)
    except Exception as error:
        log.warning("publication_failed", reason=type(error).__name__)


HANDLERS: Mapping[str, Handler] = {
    "send_email": _send_email,
    "publish_events": _publish_events,
    "scan_file": scan_file,
    "discard_file": discard_file,
}

FOR_GOOD: tuple[type[Exception], ...] = (MailRefused, CannotScan)
"""What no retry can mend."""

GIVEN_UP: Mapping[str, GivenUp] = {"send_email": _hold_email, "scan_file": note_unscanned}
"""What is noted besides, when a job has failed for good and is held for a person to look at."""
