"""Systems that talk to the API, and the tokens they ask for (RFC 6749 section 4.4)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.domain.actors import Scope
from app.schemas import formats
from app.schemas.answered import A_FEW, AccessToken, Name, Seconds, Secret, promised
from app.schemas.base import Answer, Page, Request, Resource
from app.schemas.fields import choice, distinct
from app.schemas.paging import ListQuery
from app.schemas.patches import changeable
from app.schemas.shared import AnswerId, Moment, said
from app.schemas.text import one_line

_SCOPE = "|".join(Scope)
_SCOPES_PATTERN = f"^(?:{_SCOPE})(?: (?:{_SCOPE}))*$"
_GrantedScopes = Annotated[str, promised(pattern=_SCOPES_PATTERN, maxLength=200)]
_Name = Annotated[
    str,
    one_line(1, 100),
    Field(description="What the system is, so that people know it.", examples=["Finance system"]),
]
_Scopes = Annotated[
    list[Annotated[Scope, choice()]],
    Field(
        min_length=1,
        description="What the system may do, and nothing else.",
        examples=[["invoices:read", "payments:write"]],
    ),
    distinct(len(Scope)),
]


class IntegrationClientCreate(Request):
    """Let a system in."""

    name: _Name
    scopes: _Scopes


class IntegrationClientUpdate(Request):
    """Change a system's name or scopes; what is left out stays as it is."""

    name: _Name = changeable("What the system is.", "Finance system")
    scopes: _Scopes = changeable("Every scope from now on; tokens lose at once what is gone.", ["invoices:read"])


class IntegrationClient(Resource):
    """A system that talks to the API."""

    id: AnswerId
    client_id: UUID = said(
        "The `client_id` that the system sends; the same as its id.", "0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"
    )
    name: Name = said("What the system is.", "Finance system")
    scopes: Annotated[list[Scope], A_FEW] = said("What the system may do.", ["invoices:read", "payments:write"])
    active: bool = said("False once the client has been deactivated.", True)
    created_at: Moment
    deactivated_at: datetime | None = said("When it was deactivated, or null.", None)


class IntegrationClientWithSecret(IntegrationClient):
    """A client together with its new secret, which is shown this once and stored hashed."""

    client_secret: Secret = said(
        "The `client_secret` that the system sends. Keep it now: it cannot be read again.",
        "Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8",
    )


class IntegrationClientPage(Page[IntegrationClient]):
    """Integration clients, those created first at the beginning."""


class IntegrationClientQuery(ListQuery):
    """What a list of integration clients can be narrowed to."""

    active: Annotated[
        bool | None, Field(description="Only those that are active, or only those that are not.", examples=[True])
    ] = None


class ClientTokenRequest(BaseModel):
    """A request for a token, as a form (RFC 6749 section 4.4.2).

    Fields that are not known are ignored, which section 3.2 demands of a token endpoint; everywhere else they are
    refused. Every field may be missing here, because what is missing has an error of its own in section 5.2.
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
        description="The scopes wanted, apart by spaces; without it every scope that the client has.",
        examples=["invoices:read payments:write"],
        json_schema_extra={"pattern": _SCOPES_PATTERN, "maxLength": 200},
    )
    client_id: str | None = Field(
        default=None,
        description="The client, unless it is named in the header `Authorization: Basic`.",
        examples=["0198a5f2-7c3e-7d10-8a44-3f1f2b9c6d21"],
        json_schema_extra={"format": "uuid"},
    )
    client_secret: str | None = Field(
        default=None,
        description="The client's secret, unless it stands in the header.",
        examples=["Zk3v0cXmBz7u1h2yQwEr5tYuIoPaSdFgHjKlZxCvBn8"],
        json_schema_extra={"format": formats.PASSWORD, "maxLength": 512},
    )


class ClientToken(Answer):
    """An access token for a system (RFC 6749 section 5.1)."""

    access_token: AccessToken = said("Send it as `Authorization: Bearer …`.", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
    token_type: Literal["Bearer"] = said("Always `Bearer`.", "Bearer")
    expires_in: Seconds = said("Seconds until it expires; there is no refresh token, ask for a new one.", 900)
    scope: _GrantedScopes = said("The scopes it carries, apart by spaces.", "invoices:read payments:write")
