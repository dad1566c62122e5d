"""Other systems that call the API, and their tokens (RFC 6749 section 4.4)."""

from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.domain.actors import Scope
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas import formats
from app.schemas.answered import A_FEW, AccessToken, Name, Network, Ordinal, Seconds, Secret, promised, up_to
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import choice, distinct, some_name
from app.schemas.ids import IntegrationClientId
from app.schemas.paging import ListQuery
from app.schemas.patches import changeable
from app.schemas.refused import refused
from app.schemas.shared import Moment, described
from app.schemas.text import one_line

_SCOPE = "|".join(Scope)
_SCOPES_PATTERN = f"^(?:{_SCOPE})(?: (?:{_SCOPE}))*$"
_GrantedScopes = Annotated[str, promised(pattern=_SCOPES_PATTERN, maxLength=200)]
_Name = Annotated[
    str,
    one_line(1, 100),
    some_name,
    Field(description="A name by which people recognise the system.", examples=["Finance system"]),
]
_Scopes = Annotated[
    list[Annotated[Scope, choice()]],
    Field(
        min_length=1,
        description="What the system may do. Everything else is refused.",
        examples=[["invoices:read", "payments:write"]],
    ),
    distinct(len(Scope)),
]


def _network(text: str) -> str:
    try:
        # PostgreSQL knows no zones (fe80::1%eth0).
        network = ip_network(text) if "%" not in text else None
    except ValueError:
        network = None
    if network is None or (network.version == 6 and network.network_address.ipv4_mapped is not None):
        raise refused(
            InputFaultCode.INVALID_NETWORK, "Enter a network as 203.0.113.0/24 or 2001:db8::/32, or one address."
        )
    return str(network)


_Networks = Annotated[
    list[Annotated[str, one_line(2, 43), AfterValidator(_network)]],
    Field(
        description="The networks that the system may call from, IPv4 or IPv6, in CIDR notation; an address stands for "
        "itself. Tokens are issued and accepted there only. An empty list is any network.",
        examples=[["203.0.113.0/24", "2001:db8:7::/48"]],
    ),
    distinct(20),
]


class IntegrationClientCreate(Request):
    """Register a system."""

    name: _Name
    scopes: _Scopes
    networks: _Networks = Field(default_factory=list)


class IntegrationClientUpdate(Request):
    """Change a system's name or scopes. A property that is left out keeps its value."""

    name: _Name = changeable("The system's name.", "Finance system")
    scopes: _Scopes = changeable("Every scope from now on. Existing tokens lose the others at once.", ["invoices:read"])
    networks: _Networks = changeable(
        "Every network that it may call from, from now on; an empty list for any. Existing tokens obey at once.",
        ["203.0.113.0/24"],
    )


class IntegrationClient(Resource):
    """A system that calls the API."""

    id: IntegrationClientId
    client_id: IntegrationClientId = Field(description="The `client_id` that the system sends. It equals `id`.")
    name: Name = described("The system's name.", "Finance system")
    scopes: Annotated[list[Scope], A_FEW] = described("What the system may do.", ["invoices:read", "payments:write"])
    networks: Annotated[list[Network], up_to(20)] = described(
        "The networks that the system may call from; empty for any.", ["203.0.113.0/24"]
    )
    active: bool = described("False once the client is deactivated.", True)
    created_at: Moment = described("When the client was created.", example.STAFF_CREATED_AT)
    deactivated_at: datetime | None = described("When the client was deactivated, or null.", None)


class IntegrationClientWithSecret(IntegrationClient):
    """An integration client with its new secret. The secret is shown once and stored hashed."""

    client_secret: Secret = described(
        "The `client_secret` that the system sends. Store it now: it cannot be read again.",
        "Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8",
    )


class ClientSecret(Answer):
    """A valid secret of an integration client. The secret itself is never shown again."""

    number: Ordinal = described("The secret's number, counted from 1.", 2)
    current: bool = described("True for the newest secret, false for the one before it during rotation.", True)
    created_at: datetime | None = described(
        "When it was made; null if a release before 1.6.0 made it.", example.STAFF_CREATED_AT
    )
    valid_until: datetime | None = described("When it ends; null while it is the newest.", None)
    last_used_at: datetime | None = described(
        "When the system last called with one of its tokens, to about five minutes; null if it never did.",
        example.STAFF_CREATED_AT,
    )


class ClientSecretList(Answer):
    """The valid secrets, newest first: one, two during rotation, none after a revocation."""

    items: Annotated[list[ClientSecret], up_to(2)] = Field(description="The secrets.")


class IntegrationClientPage(Page[IntegrationClient]):
    """Integration clients, oldest first."""


class IntegrationClientQuery(ListQuery):
    """Filters for the list of integration clients."""

    active: Annotated[
        bool | None,
        Field(description="True returns only active clients, false only deactivated ones.", examples=[True]),
    ] = None


class ClientTokenRequest(BaseModel):
    """A token request as a form (RFC 6749 section 4.4.2).

    A token endpoint must ignore unknown fields (section 3.2); everywhere else they are refused. Every field may be
    missing, because section 5.2 gives a missing one its own error.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "required": ["grant_type"],
            "examples": [{"grant_type": "client_credentials", "scope": "invoices:read payments:write"}],
        },
    )

    grant_type: str | None = Field(
        default=None,
        description="Always `client_credentials`.",
        examples=["client_credentials"],
        json_schema_extra={"const": "client_credentials"},
    )
    scope: str | None = Field(
        default=None,
        description="The scopes to grant, separated by spaces. Without it, the token gets every scope of the client.",
        examples=["invoices:read payments:write"],
        json_schema_extra={"pattern": _SCOPES_PATTERN, "maxLength": 200},
    )
    client_id: str | None = Field(
        default=None,
        description="The client's id, unless the header `Authorization: Basic` names it.",
        examples=[example.INTEGRATION_CLIENT_ID],
        json_schema_extra={"format": "uuid"},
    )
    client_secret: str | None = Field(
        default=None,
        description="The client's secret, unless it is in that header.",
        examples=["Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8"],
        json_schema_extra={"format": formats.PASSWORD, "maxLength": 512},
    )


class ClientToken(Answer):
    """An access token for a system (RFC 6749 section 5.1)."""

    access_token: AccessToken = described(
        "The token to send as `Authorization: Bearer …`.", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"
    )
    token_type: Literal["Bearer"] = described("Always `Bearer`.", "Bearer")
    expires_in: Seconds = described(
        "Seconds until the token expires. There is no refresh token: request a new one.", 900
    )
    scope: _GrantedScopes = described("The scopes of the token, separated by spaces.", "invoices:read payments:write")
