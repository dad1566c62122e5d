"""Register endpoints, change them, rotate their secrets, delete them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from uuid_utils.compat import uuid7

from app import outbox
from app.database import Work
from app.domain import limits
from app.domain.actors import ActorKind
from app.domain.events import EventType
from app.domain.preconditions import Expected, etag
from app.domain.refusals.input import fault
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.security_events import SecurityEventKind
from app.domain.webhooks import DisabledReason, shown
from app.integrations.webhooks import AddressRefused, require_outside, resolve, spelt
from app.models import WebhookEndpoint
from app.queries import webhooks as queries
from app.schemas import webhooks as schemas
from app.services import security_events
from app.services.patches import apply
from app.services.webhooks import resuming, secrets
from app.services.webhooks.outcomes import is_held

_HTTPS, _FIRST_UNPRIVILEGED = 443, 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_KINDS = {
    EventType.WEBHOOK_ENDPOINT_CREATED: SecurityEventKind.WEBHOOK_CREATED,
    EventType.WEBHOOK_ENDPOINT_UPDATED: SecurityEventKind.WEBHOOK_CHANGED,
    EventType.WEBHOOK_SECRET_ROTATED: SecurityEventKind.WEBHOOK_SECRET_ROTATED,
    EventType.WEBHOOK_ENDPOINT_DELETED: SecurityEventKind.WEBHOOK_DELETED,
}


async def create(work: Work, key: str, body: schemas.WebhookEndpointCreate) -> schemas.WebhookEndpointWithSecret:
    """Register an endpoint. Only this answer holds its secret. Raises `InvalidInput` and `TooManyRecords`."""
    await _require_receiver(work, body.url)
    limits.require_room(
        await queries.count_webhook_endpoints(work.session), limits.WEBHOOK_ENDPOINTS, "webhook endpoints"
    )
    last = await queries.last_position(work.session)
    row = WebhookEndpoint(
        id=uuid7(),
        description=body.description,
        url=body.url,
        event_types=sorted(type_.value for type_ in body.event_types),
        owner_email=body.owner_email,
        client_id=_client_of(work),
        created_at=work.now,
        position=last if body.after_position is None else min(body.after_position, last),
    )
    secret = secrets.make(row, key)
    work.session.add(row)
    await work.session.flush()
    after = {"description": row.description, "url": shown(row.url), "event_types": row.event_types}
    await _record(work, EventType.WEBHOOK_ENDPOINT_CREATED, row, "created", after=after)
    await resuming.wake(work)
    return _secret_to_schema(row, secret, work.now)


async def list_all(work: Work, query: schemas.WebhookEndpointQuery) -> schemas.WebhookEndpointPage:
    """List a page of endpoints."""
    rows, cursor = await queries.list_webhook_endpoints(work, query)
    return schemas.WebhookEndpointPage(items=[_to_schema(row, work.now) for row in rows], next_cursor=cursor)


async def show(work: Work, row: WebhookEndpoint) -> schemas.WebhookEndpoint:
    return _to_schema(row, work.now)


async def update(
    work: Work, found: WebhookEndpoint, expected: Expected, body: schemas.WebhookEndpointUpdate
) -> schemas.WebhookEndpoint:
    """Change the endpoint. Enabling it, or giving it another address, resumes deliveries where they stopped. Raises
    `InvalidInput`."""
    values = body.model_dump(exclude_unset=True)
    if "url" in values and values["url"] not in (found.url, shown(found.url)):
        await _require_receiver(work, values["url"])
    row = await queries.lock_webhook_endpoint(work.session, found.id)
    expected.check(row.version)
    if values.get("url") == shown(row.url):
        # Read, and sent back with another change.
        del values["url"]
    if "event_types" in values:
        values["event_types"] = sorted(type_.value for type_ in body.event_types)
    enabled = values.pop("enabled", row.enabled)
    change = apply(row, values)
    # What one receiver asked for, or failed at, says nothing of another.
    resumes = enabled and (not row.enabled or "url" in change.after)
    if enabled != row.enabled:
        change.before["enabled"], change.after["enabled"] = row.enabled, enabled
        row.disabled_at = None if enabled else work.now
        row.disabled_reason = None if enabled else DisabledReason.BY_REQUEST
    if resumes:
        await resuming.resume(work, row)
    if change.after:
        if change.after.keys() & {"url", "event_types"} or change.after.get("enabled"):
            row.client_id = _client_of(work)
        before, after = _recorded(change.before), _recorded(change.after)
        await _record(work, EventType.WEBHOOK_ENDPOINT_UPDATED, row, "changed", before=before, after=after)
        await work.session.flush()
    return _to_schema(row, work.now)


async def rotate_secret(
    work: Work, key: str, found: WebhookEndpoint, expected: Expected, body: schemas.WebhookSecretRotation
) -> schemas.WebhookEndpointWithSecret:
    """Make a new secret; the previous one signs too for a while."""
    row = await queries.lock_webhook_endpoint(work.session, found.id)
    expected.check(row.version)
    overlap = timedelta(hours=body.overlap_hours)
    secret = secrets.make(row, key, previous_until=work.now + overlap if overlap else None)
    after = {"previous_until": row.previous_until.isoformat() if row.previous_until else None}
    await _record(work, EventType.WEBHOOK_SECRET_ROTATED, row, "given a new secret", after=after)
    await work.session.flush()
    return _secret_to_schema(row, secret, work.now)


async def delete(work: Work, found: WebhookEndpoint, expected: Expected) -> None:
    """Delete the endpoint at once and for good. Its log goes within a day. Repeating it is a no-op."""
    row = await queries.lock_webhook_endpoint(work.session, found.id)
    if expected.is_repeat(row.version, done=row.deleted_at is not None):
        return
    row.deleted_at = work.now
    await _record(work, EventType.WEBHOOK_ENDPOINT_DELETED, row, "deleted", after={"url": shown(row.url)})


async def disable_all_of(work: Work, client_id: UUID) -> None:
    """Disable the endpoints that an integration client answers for: it may no longer read events."""
    for row in await queries.lock_endpoints_of_client(work.session, client_id):
        row.disabled_at, row.disabled_reason = work.now, DisabledReason.NOT_ALLOWED
        after = {"enabled": False, "disabled_reason": DisabledReason.NOT_ALLOWED.value}
        await _record(work, EventType.WEBHOOK_ENDPOINT_UPDATED, row, "disabled", before={"enabled": True}, after=after)


def _client_of(work: Work) -> UUID | None:
    return work.actor.id if work.actor.kind is ActorKind.CLIENT else None


def _recorded(values: Mapping[str, object]) -> dict[str, object]:
    """What is recorded of a change: no token in the URL's query, and nobody's address."""
    hidden = {name: "changed" for name in values if name == "owner_email"}
    addresses = {name: shown(str(value)) for name, value in values.items() if name == "url"}
    return {**values, **addresses, **hidden}


async def _require_receiver(work: Work, url: str) -> None:
    """Raise `InvalidInput` for an address that webhooks do not go to. A name without an address may get one later.

    This tells a person at once; what counts is the check in the connection.
    """
    parts, loopback = urlsplit(url), work.settings.webhooks.loopback
    host = parts.hostname or ""
    local = loopback and host in _LOOPBACK
    port = parts.port or (_HTTPS if parts.scheme == "https" else 80)
    allowed = local or (parts.scheme == "https" and (port == _HTTPS or port >= _FIRST_UNPRIVILEGED))
    if allowed:
        async with work.aside():
            try:
                require_outside(await resolve(host, port), loopback=loopback)
            except AddressRefused:
                allowed = False
            except OSError:
                # Not known yet, or its name server does not answer.
                pass
    if not allowed:
        raise fault("/url", InputFaultCode.ADDRESS_NOT_PUBLIC, InputFaultCode.ADDRESS_NOT_PUBLIC.meaning)


async def _record(
    work: Work,
    type_: EventType,
    row: WebhookEndpoint,
    what: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    await outbox.record(
        work,
        type_,
        ("webhook_endpoint", row.id),
        summary=f"Webhook endpoint {row.description} {what}",
        centre_sees=False,
        before=before,
        after=after,
    )
    detail = {"webhook_endpoint_id": row.id, "description": row.description, "before": before, "after": after}
    await security_events.record(work, _KINDS[type_], detail=detail)


def _to_schema(row: WebhookEndpoint, now: datetime) -> schemas.WebhookEndpoint:
    until = row.previous_until
    return schemas.WebhookEndpoint(
        etag=etag(row.version),
        id=row.id,
        description=row.description,
        url=shown(row.url),
        event_types=row.event_types,
        owner_email=row.owner_email,
        client_id=row.client_id,
        enabled=row.enabled,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        failing_since=row.failing_since,
        held_until=row.held_until if is_held(row, now) else None,
        position=row.position,
        previous_secret_until=until if until is not None and until > now else None,
        created_at=row.created_at,
    )


def _secret_to_schema(row: WebhookEndpoint, secret: bytes, now: datetime) -> schemas.WebhookEndpointWithSecret:
    return schemas.WebhookEndpointWithSecret(**_to_schema(row, now).model_dump(), secret=spelt(secret))
