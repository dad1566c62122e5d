"""Register integration clients, change their scopes, rotate their secrets, deactivate them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app import outbox
from app.database import Work
from app.domain.actors import Scope, in_effect
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.integration_clients import IntegrationClientDeactivated
from app.domain.refusals.requests import NotFound
from app.domain.security_events import SecurityEventKind
from app.models import IntegrationClient
from app.queries import integration_clients as queries
from app.schemas import integration_clients as schemas
from app.security.tokens import random_secret, secret_hash
from app.services import security_events
from app.services.integration_clients.secrets import forget_previous, give_new, keep_for_rotation, revoke, valid_secrets
from app.services.patches import apply
from app.services.webhooks import endpoints

_KINDS = {
    EventType.CLIENT_CREATED: SecurityEventKind.CLIENT_CREATED,
    EventType.CLIENT_UPDATED: SecurityEventKind.CLIENT_CHANGED,
    EventType.CLIENT_SECRET_ROTATED: SecurityEventKind.CLIENT_SECRET_ROTATED,
    EventType.CLIENT_SECRET_REVOKED: SecurityEventKind.CLIENT_SECRET_REVOKED,
    EventType.CLIENT_DEACTIVATED: SecurityEventKind.CLIENT_DEACTIVATED,
}


async def create(work: Work, body: schemas.IntegrationClientCreate) -> schemas.IntegrationClientWithSecret:
    """Register a client. Only this answer holds its secret."""
    secret = random_secret()
    row = IntegrationClient(
        name=body.name,
        scopes=_in_order(body.scopes),
        networks=list(body.networks) or None,
        secret_hash=secret_hash(secret),
        secret_generation=1,
        secret_created_at=work.now,
        created_by=work.actor.id,
        created_at=work.now,
    )
    work.session.add(row)
    await work.session.flush()
    after = {"name": row.name, "scopes": row.scopes, "networks": row.networks or []}
    await _record(work, EventType.CLIENT_CREATED, row, "created", after=after)
    return _secret_to_schema(row, secret)


async def list_all(work: Work, query: schemas.IntegrationClientQuery) -> schemas.IntegrationClientPage:
    """List a page of integration clients."""
    rows, cursor = await queries.list_integration_clients(work, query)
    return schemas.IntegrationClientPage(items=[_to_schema(row) for row in rows], next_cursor=cursor)


async def show(work: Work, row: IntegrationClient) -> schemas.IntegrationClient:
    return _to_schema(row)


async def update(
    work: Work, found: IntegrationClient, expected: Expected, body: schemas.IntegrationClientUpdate
) -> schemas.IntegrationClient:
    """Change name, scopes or networks. Issued tokens lose removed scopes at once and gain none."""
    row = await _lock(work, found, expected)
    values = body.model_dump(exclude_unset=True)
    if "scopes" in values:
        values["scopes"] = _in_order(body.scopes)
    if "networks" in values:
        values["networks"] = list(body.networks) or None
    change = apply(row, values)
    if change.after:
        await _record(work, EventType.CLIENT_UPDATED, row, "changed", before=change.before, after=change.after)
        if Scope.WEBHOOKS_MANAGE not in in_effect(row.scopes):
            await endpoints.disable_all_of(work, row.id)
        await work.session.flush()
    return _to_schema(row)


async def rotate_secret(
    work: Work, found: IntegrationClient, expected: Expected, overlap_hours: int | None
) -> schemas.IntegrationClientWithSecret:
    """Replace the secret. The old one and its tokens stop working, at once or after so many hours."""
    row = await _lock(work, found, expected)
    before = _secrets_of(row)
    secret = random_secret()
    if overlap_hours is not None and row.secret_revoked_at is None:
        keep_for_rotation(row, work.now + timedelta(hours=overlap_hours))
    else:
        forget_previous(row)
    give_new(row, secret_hash(secret), work.now)
    await _record(
        work, EventType.CLIENT_SECRET_ROTATED, row, "given a new secret", before=before, after=_secrets_of(row)
    )
    await work.session.flush()
    return _secret_to_schema(row, secret)


async def list_secrets(work: Work, row: IntegrationClient) -> schemas.ClientSecretList:
    """List the valid secrets with their last use, newest first."""
    used_at = await queries.uses_of_secrets(work.session, row.id)
    return schemas.ClientSecretList(
        items=[
            schemas.ClientSecret(**vars(each), last_used_at=used_at.get(each.number))
            for each in valid_secrets(row, work.now)
        ]
    )


async def revoke_secret(work: Work, found: IntegrationClient, number: int) -> None:
    """End one secret and its tokens at once; the other secret stays. Raises `NotFound` for one that is not valid."""
    row = await queries.lock_integration_client(work.session, found.id)
    if number not in {each.number for each in valid_secrets(row, work.now)}:
        raise NotFound
    before = _secrets_of(row)
    revoke(row, number, work.now)
    await _record(work, EventType.CLIENT_SECRET_REVOKED, row, "lost a secret", before=before, after=_secrets_of(row))


def _secrets_of(row: IntegrationClient) -> dict[str, object]:
    until = row.previous_secret_valid_until
    return {
        "secret_generation": row.secret_generation if row.secret_revoked_at is None else None,
        "previous_secret_generation": row.previous_secret_generation,
        "previous_secret_valid_until": until.isoformat() if until is not None else None,
    }


async def deactivate(work: Work, found: IntegrationClient, expected: Expected) -> None:
    """Deactivate a client at once and for good. Repeating it is a no-op."""
    row = await queries.lock_integration_client(work.session, found.id)
    if expected.is_repeat(row.version, done=row.deactivated_at is not None):
        return
    row.deactivated_at = work.now
    before, after = {"deactivated_at": None}, {"deactivated_at": work.now.isoformat()}
    await _record(work, EventType.CLIENT_DEACTIVATED, row, "deactivated", before=before, after=after)
    await endpoints.disable_all_of(work, row.id)


async def _lock(work: Work, found: IntegrationClient, expected: Expected) -> IntegrationClient:
    row = await queries.lock_integration_client(work.session, found.id)
    expected.check(row.version)
    if row.deactivated_at is not None:
        raise IntegrationClientDeactivated
    return row


async def _record(
    work: Work,
    type_: EventType,
    row: IntegrationClient,
    what: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    await outbox.record(
        work,
        type_,
        ("integration_client", row.id),
        summary=f"Integration client {row.name} {what}",
        centre_sees=False,
        before=before,
        after=after,
    )
    detail = {"name": row.name, "before": before, "after": after}
    await security_events.record(work, _KINDS[type_], client_id=row.id, detail=detail)


def _in_order(scopes: Sequence[Scope]) -> list[str]:
    return [scope.value for scope in Scope if scope in scopes]


def _to_schema(row: IntegrationClient) -> schemas.IntegrationClient:
    return schemas.IntegrationClient(
        etag=etag(row.version),
        id=row.id,
        client_id=row.id,
        name=row.name,
        scopes=[scope for scope in Scope if scope in row.scopes],
        networks=row.networks or [],
        active=row.deactivated_at is None,
        created_at=row.created_at,
        deactivated_at=row.deactivated_at,
    )


def _secret_to_schema(row: IntegrationClient, secret: str) -> schemas.IntegrationClientWithSecret:
    return schemas.IntegrationClientWithSecret(**_to_schema(row).model_dump(), client_secret=secret)
