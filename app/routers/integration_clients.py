"""Systems that talk to the API (administrators), and the tokens that they ask for (RFC 6749 section 4.4)."""

from typing import Annotated

from fastapi import Form, Query

from app.domain.permissions import Permission
from app.http.access import public, require
from app.http.dependencies import (
    AuthorizationDep,
    DeviceDep,
    ExpectedDep,
    RepeatedFieldsDep,
    SigningKeyDep,
    Target,
    WorkDep,
)
from app.http.route import router
from app.models import IntegrationClient
from app.queries.integration_clients import find_integration_client
from app.schemas import integration_clients as schemas
from app.services.integration_clients import clients, tokens
from app.services.rate_limits import Limit

routes = router("/v1/integration-clients", "Integration clients")
token_routes = router("/v1/oauth", "Integration clients")
ClientDep = Annotated[IntegrationClient, Target]

_LOCATION = "/v1/integration-clients/{id}"
_MANAGE_ANY = require(Permission.MANAGE_INTEGRATION_CLIENTS)
_MANAGE = require(Permission.MANAGE_INTEGRATION_CLIENTS, find_integration_client)


@routes.get("", operation_id="listIntegrationClients", summary="List integration clients", dependencies=[_MANAGE_ANY])
async def list_integration_clients(
    work: WorkDep, query: Annotated[schemas.IntegrationClientQuery, Query()]
) -> schemas.IntegrationClientPage:
    """Those created first at the beginning. No secret is shown."""
    return await clients.list_all(work, query)


@routes.post(
    "",
    operation_id="createIntegrationClient",
    status_code=201,
    summary="Add an integration client",
    dependencies=[require(Permission.MANAGE_INTEGRATION_CLIENTS, replays=False, location=_LOCATION)],
)
async def create_integration_client(
    work: WorkDep, body: schemas.IntegrationClientCreate
) -> schemas.IntegrationClientWithSecret:
    """The answer holds the secret, this once. It is never stored, so an `Idempotency-Key` does not replay it."""
    return await clients.create(work, body)


@routes.get(
    "/{client_id}",
    operation_id="getIntegrationClient",
    summary="Read an integration client",
    dependencies=[_MANAGE],
)
async def get_integration_client(work: WorkDep, row: ClientDep) -> schemas.IntegrationClient:
    """Its name and scopes, not its secret."""
    return await clients.show(work, row)


@routes.patch(
    "/{client_id}",
    operation_id="updateIntegrationClient",
    summary="Change an integration client",
    dependencies=[_MANAGE],
)
async def update_integration_client(
    work: WorkDep, row: ClientDep, expected: ExpectedDep, body: schemas.IntegrationClientUpdate
) -> schemas.IntegrationClient:
    """Its name or its scopes. Tokens that are out lose at once what is gone, and gain nothing."""
    return await clients.update(work, row, expected, body)


@routes.delete(
    "/{client_id}",
    operation_id="deactivateIntegrationClient",
    status_code=204,
    summary="Deactivate an integration client",
    dependencies=[_MANAGE],
)
async def deactivate_integration_client(work: WorkDep, row: ClientDep, expected: ExpectedDep) -> None:
    """At once and for good: its tokens are worth nothing any more."""
    await clients.deactivate(work, row, expected)


@routes.post(
    "/{client_id}/secret",
    operation_id="rotateIntegrationClientSecret",
    status_code=201,
    summary="Give an integration client a new secret",
    dependencies=[
        require(
            Permission.MANAGE_INTEGRATION_CLIENTS,
            find_integration_client,
            replays=False,
            location="/v1/integration-clients/{client_id}",
        )
    ],
)
async def rotate_integration_client_secret(
    work: WorkDep, row: ClientDep, expected: ExpectedDep
) -> schemas.IntegrationClientWithSecret:
    """The answer holds the new secret, this once; the old one and every token that is out are worth nothing."""
    return await clients.rotate_secret(work, row, expected)


@token_routes.post(
    "/token",
    operation_id="issueClientToken",
    response_description="The token.",
    summary="Issue a token to a system",
    dependencies=[public(Limit("client_token_address", 120, 60), replays=False)],
)
async def issue_client_token(
    work: WorkDep,
    key: SigningKeyDep,
    device: DeviceDep,
    authorization: AuthorizationDep,
    repeated: RepeatedFieldsDep,
    body: Annotated[schemas.ClientTokenRequest, Form()],
) -> schemas.ClientToken:
    """OAuth 2.0 client credentials; the client is named in `Authorization: Basic` or in the form, not in both.

    A refusal is a problem with RFC 6749's `error` and `error_description` beside its own members.
    """
    return await tokens.issue(work, key, device, authorization, repeated, body)
