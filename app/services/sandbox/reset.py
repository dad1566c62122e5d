"""A clean slate: everything is deleted but what a new deployment begins with."""

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
from app.services.sandbox.clock import demand_sandbox
from app.services.sandbox.people import SANDBOX, as_actor, wait_for_turn
from app.services.staff import set_password
from app.settings import Settings


async def reset(work: Work, store: DocumentStore, real_now: datetime, said: schemas.SandboxResetCreate) -> None:
    """Delete everything but the first administrator and the sample documents, and set the clock back to real time.

    Raises `NotFound` in a database that is no sandbox, whatever the settings say.
    """
    assert said.confirm
    # What is being made now is finished first, and then deleted with the rest.
    await wait_for_turn(work)
    row = await demand_sandbox(work)
    row.ahead = timedelta(0)
    # What is written from here on is dated by the clock as it is now.
    work.now = real_now
    address = administrators_address(work.settings)
    administrator = await queries.staff_with_address(work.session, email_key(address)) if address else None
    samples = [_values(document) for document in await queries.sample_documents(work.session)]
    keys = await queries.stored_keys(work.session)
    await work.session.flush()
    await queries.empty_every_table(work.session)
    # What was read before stands in no table any more.
    work.session.expunge_all()
    if administrator is not None:
        await _put_back(work, *administrator)
    if samples:
        await work.session.execute(insert(Document), [sample | {"published_by": None} for sample in samples])
    work.afterwards.append(lambda: _take_away(work.settings, store, keys))


async def _take_away(settings: Settings, store: DocumentStore, keys: Sequence[str]) -> None:
    """The files, once no row names them any more."""
    for key in keys:
        await store.delete(key)
    await to_thread.run_sync(clear_captured, capture_folder(settings))


async def _put_back(work: Work, person: Person, member: StaffMember) -> None:
    """The first administrator as the settings have it: active, with that role, and with the configured password."""
    await work.session.execute(insert(Person), [_values(person)])
    as_configured = {"roles": [StaffRole.ADMINISTRATOR.value], "deactivated_at": None}
    await work.session.execute(insert(StaffMember), [_values(member) | as_configured])
    if work.settings.admin_password is not None:
        found = await lock_person(work.session, person.id)
        await set_password(as_actor(work, SANDBOX), found, work.settings.admin_password.get_secret_value())


def _values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
