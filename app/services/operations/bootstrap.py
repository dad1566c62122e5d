"""Create what a deployment needs before its first request: sample documents and a first administrator."""

from collections.abc import Collection
from dataclasses import dataclass, field

from anyio import to_thread
from sqlalchemy import text

from app.clock import Clock
from app.database import Database, Work
from app.domain.actors import SYSTEM, StaffRole
from app.domain.documents import DocumentKind
from app.domain.refusals.input import InvalidInput
from app.integrations.storage import DocumentStore
from app.pdf.sample_documents import render_sample
from app.queries.documents import current_documents
from app.queries.locking import Turn, take_turn
from app.queries.people import count_administrators
from app.security.keys import UnsafeSettings
from app.security.passwords import first_password
from app.services.documents import publish_sample
from app.services.operations.settings_record import record_settings
from app.services.people import PersonDetails
from app.services.staff import create_staff, set_password
from app.settings import Settings

_DEVELOPMENT_EMAIL = "administrator@example.com"


@dataclass(frozen=True)
class FirstAdministrator:
    """The administrator that was created. `password` is shown once; None when the operator chose it."""

    email: str
    password: str | None = field(repr=False)


async def bootstrap(
    database: Database, store: DocumentStore, settings: Settings, clock: Clock
) -> FirstAdministrator | None:
    """Publish missing samples (never in production), create the first administrator if there is none, and record the
    settings that have changed.

    Safe to repeat, and safe when several processes start at once. In production, nobody is created without
    `ADMIN_EMAIL`, and `production_checks` reports it. Raises `UnsafeSettings` for a weak `ADMIN_PASSWORD`.
    """
    async with database.transaction() as session:
        # The lock's holder may be rendering four PDFs.
        await session.execute(text("SET LOCAL lock_timeout = '60s'"))
        await take_turn(session, Turn.BOOTSTRAP)
        session.unbroken = True
        work = Work(session, SYSTEM, clock(), settings)
        # The administrator first: a refused password must leave no file behind.
        made = None if await count_administrators(session) else await _make_administrator(work)
        if not settings.production:
            published = await current_documents(session)
            await _publish_samples(work, store, [kind for kind in DocumentKind if kind not in published])
        await record_settings(work)
    return made


def administrators_address(settings: Settings) -> str | None:
    """Return the first administrator's address; None in production unless the operator sets it."""
    return settings.admin_email or (None if settings.production else _DEVELOPMENT_EMAIL)


async def _publish_samples(work: Work, store: DocumentStore, kinds: Collection[DocumentKind]) -> None:
    for kind in kinds:
        content = await to_thread.run_sync(render_sample, kind.value, work.settings.organisation)
        await publish_sample(work, store, kind, content)


async def _make_administrator(work: Work) -> FirstAdministrator | None:
    settings = work.settings
    email = administrators_address(settings)
    if email is None:
        return None
    given = settings.admin_password
    password = given.get_secret_value() if given is not None else first_password()
    details = PersonDetails("First", "Administrator", "Administrator", email, None)
    _, person = await create_staff(work, details, [StaffRole.ADMINISTRATOR])
    try:
        await set_password(work, person, password)
    except InvalidInput as error:
        raise UnsafeSettings(" ".join(["ADMIN_PASSWORD:", *(fault.detail for fault in error.errors)])) from error
    return FirstAdministrator(email, None if given is not None else password)
