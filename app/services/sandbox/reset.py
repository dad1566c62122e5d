"""Reset a sandbox to the state of a new deployment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from anyio import to_thread
from sqlalchemy import insert

from app.database import Work
from app.domain.actors import StaffRole
from app.domain.names import email_key
from app.integrations.mailer import capture_folder, clear_captured
from app.integrations.storage import DocumentStore
from app.models import Base, Document, Person, StaffMember
from app.queries import reset as queries
from app.queries.people import lock_person
from app.schemas import sandbox as schemas
from app.services.operations.bootstrap import administrators_address
from app.services.sandbox.clock import require_sandbox
from app.services.sandbox.people import SANDBOX, as_actor, wait_for_turn
from app.services.staff import set_password
from app.settings import Settings


async def reset(work: Work, store: DocumentStore, real_now: datetime, body: schemas.SandboxResetCreate) -> None:
    """Delete everything except the first administrator and the sample documents, and set the clock to real time.

    Raises `NotFound` if the database is not a sandbox, whatever the settings.
    """
    assert body.confirm
    # Let calls in progress finish, so that this deletes their rows too.
    await wait_for_turn(work)
    row = await require_sandbox(work)
    row.ahead = timedelta(0)
    # Date what this call writes by the clock it has just set back.
    work.now = real_now
    address = administrators_address(work.settings)
    administrator = await queries.staff_with_address(work.session, email_key(address)) if address else None
    samples = [_values(document) for document in await queries.sample_documents(work.session)]
    keys = await queries.stored_keys(work.session)
    await work.session.flush()
    await queries.empty_every_table(work.session)
    # The rows read above no longer exist.
    work.session.expunge_all()
    if administrator is not None:
        await _put_back(work, *administrator)
    if samples:
        await work.session.execute(insert(Document), [sample | {"published_by": None} for sample in samples])
    work.afterwards.append(lambda: _delete_files(work.settings, store, keys))


async def _delete_files(settings: Settings, store: DocumentStore, keys: Sequence[str]) -> None:
    """Delete the stored files and the captured mail; called once no row refers to them."""
    for key in keys:
        await store.delete(key)
    await to_thread.run_sync(clear_captured, capture_folder(settings))


async def _put_back(work: Work, person: Person, member: StaffMember) -> None:
    """Restore the first administrator: active, with that role only, and with the configured password, if any."""
    await work.session.execute(insert(Person), [_values(person)])
    as_configured = {"roles": [StaffRole.ADMINISTRATOR.value], "deactivated_at": None}
    await work.session.execute(insert(StaffMember), [_values(member) | as_configured])
    if work.settings.admin_password is not None:
        found = await lock_person(work.session, person.id)
        await set_password(as_actor(work, SANDBOX), found, work.settings.admin_password.get_secret_value())


def _values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
