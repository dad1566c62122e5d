"""Tokens for integration clients: OAuth 2.0 client credentials (RFC 6749 section 4.4).

Errors are problem documents that also carry section 5.2's `error` and `error_description`, for OAuth client libraries.
"""

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import unquote_plus
from uuid import UUID

from app.database import Work
from app.domain.actors import Scope
from app.domain.refusals.integration_clients import (
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from app.domain.security_events import SecurityEventKind, SecurityOutcome
from app.models import IntegrationClient
from app.queries.rows import find_row
from app.schemas.integration_clients import ClientToken, ClientTokenRequest
from app.security.tokens import Claims, issue_access_token, secret_hash
from app.services import security_events
from app.services.integration_clients.secrets import in_networks, matching
from app.services.rate_limits import Limit, count, look, network_of, refusal
from app.services.sessions.sessions import Device

# Failures count per client and network address, so that nobody elsewhere can lock the real client out. Successes count
# per client: a token lasts minutes, so nobody needs one every second.
FAILED_ATTEMPTS = Limit("failed_client_token", 10, 900)
TOKENS_OF_A_CLIENT = Limit("client_token", 60, 60)

_NO_CLIENT = IntegrationClient(secret_hash=secret_hash(secrets.token_urlsafe()))


async def issue(
    work: Work,
    signing_key: str,
    device: Device,
    authorization: str | None,
    repeated: Sequence[str],
    body: ClientTokenRequest,
) -> ClientToken:
    """Issue a token with the requested scopes, or with all of the client's.

    `repeated` names fields that were sent twice. Raises `InvalidClient`, `InvalidRequest`, `UnsupportedGrantType`,
    `UnauthorizedClient`, `InvalidScope` and `TooManyRequests`.
    """
    if repeated:
        raise InvalidRequest("A field is given more than once. Give each field once.")
    client_id, secret = _credentials(authorization, body)
    client, generation = await _authenticated(work, device, client_id, secret)
    if body.grant_type is None:
        raise InvalidRequest("The field grant_type is missing. Send grant_type=client_credentials.")
    if body.grant_type != "client_credentials":
        raise UnsupportedGrantType
    scopes = _scopes(client, body.scope)
    scale = work.settings.rate_limit_scale
    standing = await count(work.session, TOKENS_OF_A_CLIENT, str(client.id), work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Keep a token until it expires, then ask for the next.")
    await security_events.record(
        work,
        SecurityEventKind.CLIENT_TOKEN,
        client_id=client.id,
        detail={"scopes": sorted(scopes), "secret": generation},
    )
    lifetime = timedelta(minutes=work.settings.access_token_minutes)
    claims = Claims(client.id, None, generation, frozenset(scopes))
    return ClientToken(
        access_token=issue_access_token(signing_key, claims, work.now, lifetime),
        token_type="Bearer",
        expires_in=int(lifetime.total_seconds()),
        scope=" ".join(scopes),
    )


def _credentials(authorization: str | None, body: ClientTokenRequest) -> tuple[str, str]:
    """Read id and secret from the header or the body, never from both (RFC 6749 section 2.3)."""
    if authorization is None:
        if body.client_id is None or body.client_secret is None:
            raise InvalidClient
        return body.client_id, body.client_secret
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        plain = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidClient from error
    # Section 2.3.1: both halves are form-encoded before they are joined.
    client_id, colon, secret = plain.partition(":")
    client_id = unquote_plus(client_id)
    if body.client_secret is not None or body.client_id not in (None, client_id):
        raise InvalidRequest("Name the client in the header or in the body, not in both.")
    if not colon:
        raise InvalidClient
    return client_id, unquote_plus(secret)


async def _authenticated(work: Work, device: Device, client_id: str, secret: str) -> tuple[IntegrationClient, int]:
    """The client and the generation of the secret that it sent."""
    try:
        id_: UUID | None = UUID(client_id)
    except ValueError:
        id_ = None
    attempt = f"{id_}@{network_of(device.address)}"
    scale = work.settings.rate_limit_scale
    standing = await look(work.session, FAILED_ATTEMPTS, attempt, work.now, scale=scale)
    if standing.refused:
        raise refusal(standing, "Too many failed attempts. Wait, then try again.")
    client = await find_row(work.session, IntegrationClient, id_)
    # An unknown client costs the same comparison, so that timing reveals nothing.
    generation = matching(client if client is not None else _NO_CLIENT, secret, work.now)
    if client is None or generation is None or client.deactivated_at is not None:
        counted = await count(work.session, FAILED_ATTEMPTS, attempt, work.now, scale=scale)
        await _record_failure(work, client, _reason(client, generation), last_attempt=counted.left == 0)
        raise InvalidClient
    if not in_networks(client.networks, device.address):
        # Somebody elsewhere has the secret.
        await _record_failure(work, client, "outside its networks", last_attempt=False)
        raise UnauthorizedClient
    return client, generation


async def _record_failure(work: Work, client: IntegrationClient | None, reason: str, *, last_attempt: bool) -> None:
    await security_events.record(
        work,
        SecurityEventKind.CLIENT_TOKEN,
        client_id=client.id if client is not None else None,
        outcome=SecurityOutcome.FAILURE,
        detail={"reason": reason, "last_attempt": last_attempt},
    )


def _reason(client: IntegrationClient | None, generation: int | None) -> str:
    if client is None:
        return "unknown client"
    return "wrong secret" if generation is None else "deactivated"


def _scopes(client: IntegrationClient, wanted: str | None) -> list[str]:
    has: list[str] = [scope.value for scope in Scope if scope.value in client.scopes]
    if wanted is None:
        return has
    requested = wanted.split(" ")
    if not set(requested) <= set(has):
        raise InvalidScope(tuple(has))
    return [scope for scope in has if scope in requested]
