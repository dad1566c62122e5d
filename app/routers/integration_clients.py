"""Systems that talk to the API (administrators), and the tokens that they ask for (RFC 6749 section 4.4)."""

from typing import Annotated

from fastapi import Form, Query

from app.domain.permissions import Permission
from app.domain.refusals.integration_clients import (
    IntegrationClientDeactivated,
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    UnsupportedGrantType,
)
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
from app.http.refuses import refuses
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
_CHANGE = require(Permission.MANAGE_INTEGRATION_CLIENTS, find_integration_client, step_up=True)


@routes.get("", operation_id="listIntegrationClients", summary="List integration clients", dependencies=[_MANAGE_ANY])
async def list_integration_clients(
    work: WorkDep, query: Annotated[schemas.IntegrationClientQuery, Query()]
) -> schemas.IntegrationClientPage:
    """Returns integration clients, oldest first, without their secrets."""
    return await clients.list_all(work, query)


@routes.post(
    "",
    operation_id="createIntegrationClient",
    status_code=201,
    summary="Create an integration client",
    dependencies=[require(Permission.MANAGE_INTEGRATION_CLIENTS, step_up=True, replays=False, location=_LOCATION)],
)
async def create_integration_client(
    work: WorkDep, body: schemas.IntegrationClientCreate
) -> schemas.IntegrationClientWithSecret:
    """Registers a system. The answer shows the secret once. It is never stored, so an `Idempotency-Key` does not
    replay it."""
    return await clients.create(work, body)


@routes.get(
    "/{client_id}",
    operation_id="getIntegrationClient",
    summary="Read an integration client",
    dependencies=[_MANAGE],
)
async def get_integration_client(work: WorkDep, row: ClientDep) -> schemas.IntegrationClient:
    """Returns the client's name and scopes, but not its secret."""
    return await clients.show(work, row)


@routes.patch(
    "/{client_id}",
    operation_id="updateIntegrationClient",
    summary="Change an integration client",
    dependencies=[_CHANGE],
)
@refuses(IntegrationClientDeactivated)
async def update_integration_client(
    work: WorkDep, row: ClientDep, expected: ExpectedDep, body: schemas.IntegrationClientUpdate
) -> schemas.IntegrationClient:
    """Changes the client's name or scopes. Existing tokens lose removed scopes at once and gain none."""
    return await clients.update(work, row, expected, body)


@routes.delete(
    "/{client_id}",
    operation_id="deactivateIntegrationClient",
    status_code=204,
    summary="Deactivate an integration client",
    dependencies=[_MANAGE],
)
async def deactivate_integration_client(work: WorkDep, row: ClientDep, expected: ExpectedDep) -> None:
    """Deactivates the client at once and for good. All its tokens stop working."""
    await clients.deactivate(work, row, expected)


@routes.post(
    "/{client_id}/secret",
    operation_id="rotateIntegrationClientSecret",
    status_code=201,
    summary="Rotate an integration client's secret",
    dependencies=[
        require(
            Permission.MANAGE_INTEGRATION_CLIENTS,
            find_integration_client,
            step_up=True,
            replays=False,
            location="/v1/integration-clients/{client_id}",
        )
    ],
)
@refuses(IntegrationClientDeactivated)
async def rotate_integration_client_secret(
    work: WorkDep, row: ClientDep, expected: ExpectedDep
) -> schemas.IntegrationClientWithSecret:
    """Creates a new secret and shows it once. The old secret and all existing tokens stop working."""
    return await clients.rotate_secret(work, row, expected)


@token_routes.post(
    "/token",
    operation_id="issueClientToken",
    response_description="The access token.",
    summary="Issue a client token",
    dependencies=[public(Limit("client_token_address", 120, 60), replays=False, accounts=True)],
)
@refuses(InvalidRequest, UnsupportedGrantType, InvalidScope, InvalidClient)
async def issue_client_token(
    work: WorkDep,
    key: SigningKeyDep,
    device: DeviceDep,
    authorization: AuthorizationDep,
    repeated: RepeatedFieldsDep,
    body: Annotated[schemas.ClientTokenRequest, Form()],
) -> schemas.ClientToken:
    """Issues a token by OAuth 2.0 client credentials. Name the client in `Authorization: Basic` or in the form, not
    in both.

    A refusal also has RFC 6749's `error` and `error_description`.
    """
    return await tokens.issue(work, key, device, authorization, repeated, body)
