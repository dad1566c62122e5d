"""Systems that talk to the API (administrators), and the tokens that they ask for (RFC 6749 section 4.4)."""

from typing import Annotated

from fastapi import Form, Path, Query

from app.domain.permissions import Permission
from app.domain.refusals.integration_clients import (
    IntegrationClientDeactivated,
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    UnauthorizedClient,
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
NumberPath = Annotated[int, Path(ge=1, le=100_000, description="The secret's number, from 1.", examples=[1])]

_LOCATION = "/v1/integration-clients/{id}"
_MANAGE_ANY = require(Permission.MANAGE_INTEGRATION_CLIENTS)
_MANAGE = require(Permission.MANAGE_INTEGRATION_CLIENTS, find_integration_client)
_CHANGE = require(Permission.MANAGE_INTEGRATION_CLIENTS, find_integration_client, step_up=True)


OverlapQuery = Annotated[
    int | None,
    Query(
        ge=1,
        le=2160,
        description="For how many hours the old secret and its tokens go on working, at most 90 days. Without it they "
        "stop at once. Two secrets are valid at most: one that is older still stops at once.",
        examples=[48],
    ),
]


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
    """Returns the client's name, scopes and networks, but not its secret."""
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
    """Changes the client's name, scopes or networks. Existing tokens lose removed scopes at once and gain none."""
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
    work: WorkDep, row: ClientDep, expected: ExpectedDep, old_secret_valid_hours: OverlapQuery = None
) -> schemas.IntegrationClientWithSecret:
    """Creates a new secret and shows it once. The old secret and its tokens stop working: at once, or at
    `old_secret_valid_hours`, so that the system can be given the new one meanwhile."""
    return await clients.rotate_secret(work, row, expected, old_secret_valid_hours)


@routes.get(
    "/{client_id}/secrets",
    operation_id="listIntegrationClientSecrets",
    summary="List an integration client's secrets",
    dependencies=[_MANAGE],
)
async def list_integration_client_secrets(work: WorkDep, row: ClientDep) -> schemas.ClientSecretList:
    """Returns which secrets are valid and when each was last used, but not the secrets."""
    return await clients.list_secrets(work, row)


@routes.delete(
    "/{client_id}/secrets/{number}",
    operation_id="revokeIntegrationClientSecret",
    status_code=204,
    summary="Revoke an integration client's secret",
    dependencies=[_MANAGE],
)
async def revoke_integration_client_secret(work: WorkDep, row: ClientDep, number: NumberPath) -> None:
    """Ends one secret at once, with every token that was issued for it; the other secret goes on. A client whose last
    secret was revoked has none until `rotateIntegrationClientSecret` makes one."""
    await clients.revoke_secret(work, row, number)


@token_routes.post(
    "/token",
    operation_id="issueClientToken",
    response_description="The access token.",
    summary="Issue a client token",
    dependencies=[public(Limit("client_token_address", 120, 60), replays=False, accounts=True)],
)
@refuses(InvalidRequest, UnsupportedGrantType, UnauthorizedClient, InvalidScope, InvalidClient)
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
