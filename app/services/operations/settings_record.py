"""Record which settings have changed since a process last started (R24)."""

from typing import Final
from uuid import UUID

from app import outbox
from app.database import Work
from app.domain.changes import changes
from app.domain.events import EventType
from app.queries.deployment import lock_deployment
from app.settings.recorded import recorded

SETTINGS_ID: Final = UUID("00000000-0000-7000-8000-000000000001")
"""The id of the settings in the record: there is one set to a deployment."""


async def record_settings(work: Work) -> None:
    """Record what differs from the settings of the process that started before; a no-op when nothing does.

    The first record has all of them. The row is locked, so of several processes that start at once one records.
    """
    deployment, now = await lock_deployment(work.session), recorded(work.settings)
    if deployment is None or deployment.settings == now:
        return
    before, deployment.settings = deployment.settings, now
    differences = list(changes(before, now)) if before is not None else []
    names = sorted({change.pointer.split("/")[1] for change in differences})
    await outbox.record(
        work,
        EventType.SETTINGS_CHANGED,
        ("settings", SETTINGS_ID),
        summary=f"Settings changed: {', '.join(names)}" if names else "Settings recorded",
        centre_sees=False,
        before={change.pointer: change.before for change in differences},
        after={change.pointer: change.after for change in differences} if names else now,
    )
