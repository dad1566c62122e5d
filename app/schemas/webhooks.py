"""Endpoints of webhooks (Standard Webhooks 1.0)."""

import re
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from app.domain.refusals.input_faults import InputFaultCode
from app.domain.webhooks import DisabledReason
from app.schemas import example_centre as example
from app.schemas.answered import A_FEW, Email, Title, WebAddress, Word, number, promised
from app.schemas.base import Page, Request, Resource
from app.schemas.events import PublicEventType
from app.schemas.fields import EmailAddress, distinct, whole
from app.schemas.ids import IntegrationClientId, WebhookEndpointId
from app.schemas.paging import ListQuery
from app.schemas.patches import changeable
from app.schemas.shared import Moment, described
from app.schemas.text import one_line, stored_as

URL: Final = "https://finance.example.org/webhooks/recognition"
_TYPES: Final = ["invoice.issued", "invoice.paid", "payment.recorded"]
_ADDRESS: Final = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_REFUSED: Final = re.compile(r"[\\@#\"<>^`{|}]")
_LARGEST: Final = 9_007_199_254_740_991

_Place = Annotated[int, number(0, _LARGEST)]
_Secret = Annotated[str, promised(maxLength=100, pattern="^whsec_[A-Za-z0-9+/]{32,86}={0,2}$")]


def _receiver(text: str) -> str | None:
    """An address without credentials and fragment, in ASCII: what goes over the wire as it is."""
    if not _ADDRESS.fullmatch(text) or _REFUSED.search(text):
        return None
    try:
        parts = urlsplit(text)
        # No name has a percent sign. It comes before the zone of a link-local address.
        well_formed = parts.port != 0 and bool(parts.hostname) and "%" not in parts.netloc
    except ValueError:
        return None
    return text if well_formed else None


_Url = Annotated[
    str,
    one_line(10, 2048, exact=True),
    AfterValidator(
        stored_as(
            _receiver,
            InputFaultCode.INVALID_WEB_ADDRESS,
            "Enter the receiver's address in ASCII, like https://finance.example.org/webhooks.",
        )
    ),
    Field(
        description="Where events are posted: `https` on the public internet, at port 443 or above 1023, without "
        "credentials. Addresses that lead into a private network are refused here and again at each connection. "
        "Redirects are not followed.",
        examples=[URL],
        json_schema_extra={"format": "uri", "pattern": r"^ *[Hh][Tt][Tt][Pp][Ss]?://[^\s\\@#]+ *$"},
    ),
]
_Description = Annotated[
    str,
    one_line(1, 200),
    Field(description="By which people recognise the endpoint.", examples=["Ledger: invoices and payments"]),
]


_EventTypes = Annotated[
    list[PublicEventType],
    Field(
        min_length=1,
        description="The types of event to deliver. A change applies to events that are not in the log yet.",
        examples=[_TYPES],
    ),
    distinct(100),
]


class WebhookEndpointCreate(Request):
    """Register an endpoint."""

    description: _Description
    url: _Url
    event_types: _EventTypes
    owner_email: EmailAddress = Field(
        description="Who is told when the endpoint is disabled because deliveries failed for three days.",
        examples=["ledger.owner@example.org"],
    )
    after_position: Annotated[int, whole(0, _LARGEST)] | None = Field(
        default=None,
        description="Deliver the events of the feed after this position. Left out: those from now on.",
        examples=[4711],
    )


class WebhookEndpointUpdate(Request):
    """Change an endpoint. A property that is left out keeps its value."""

    description: _Description = changeable("By which people recognise the endpoint.", "Ledger")
    url: _Url = changeable("Where events are posted from now on.", URL)
    event_types: _EventTypes = changeable("Every type of event to deliver from now on.", _TYPES)
    owner_email: EmailAddress = changeable("Who is told from now on.", "ledger.owner@example.org")
    enabled: Annotated[bool, Field(strict=True)] = changeable(
        "False stops deliveries. True resumes them where they stopped, with fresh attempts.", True
    )


class WebhookEndpoint(Resource):
    """An endpoint that gets events."""

    id: WebhookEndpointId
    description: Title = described("By which people recognise the endpoint.", "Ledger: invoices and payments")
    url: WebAddress = described(
        "Where events are posted. A query can hold the receiver's token, so `?***` is shown in its place. Sent back, "
        "it changes nothing.",
        URL,
    )
    event_types: Annotated[list[Word], A_FEW] = described("The types of event that are delivered.", _TYPES)
    owner_email: Email = described("Who is told when it is disabled.", "ledger.owner@example.org")
    client_id: IntegrationClientId | None = Field(
        description="The integration client that answers for the endpoint: the last to register it, enable it, or "
        "change its `url` or `event_types`. Null if that was an administrator."
    )
    enabled: bool = described("False while nothing is sent.", True)
    disabled_at: datetime | None = described("When it was disabled, or null.", None)
    disabled_reason: DisabledReason | None = described(
        "`by_request`: by a change. `gone`: the receiver answered 410. `exhausted`: a delivery failed for three days. "
        "`not_allowed`: the client of `client_id` was deactivated or may no longer read events. "
        "Null while it is enabled.",
        None,
    )
    failing_since: datetime | None = described(
        "The first failed attempt since the last success, or null. Tests that fail do not count.", None
    )
    held_until: datetime | None = described(
        "The receiver answered 429 or 503 with `Retry-After`: nothing is sent until then. Null otherwise. A test event "
        "or a redelivery ends the pause.",
        None,
    )
    position: _Place = described("Events of the feed up to here are in the log of deliveries.", 4711)
    previous_secret_until: datetime | None = described("Until when the previous secret signs too, or null.", None)
    created_at: Moment = described("When it was registered.", example.STAFF_CREATED_AT)


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with its new secret, which is shown once."""

    secret: _Secret = described(
        "What `webhook-signature` is made with (Standard Webhooks). Store it now: it cannot be read again.",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDT3TxPbKQv5Y=",
    )


class WebhookEndpointPage(Page[WebhookEndpoint]):
    """Endpoints, oldest first."""


class WebhookEndpointQuery(ListQuery):
    """Filters for the list of endpoints."""

    enabled: Annotated[
        bool | None,
        Field(description="True returns only enabled endpoints, false only disabled ones.", examples=[True]),
    ] = None


class WebhookSecretRotation(Request):
    """Make a new secret."""

    overlap_hours: Annotated[int, whole(0, 720)] = Field(
        default=24,
        description="For so long, events are signed with the previous secret too, so that the receiver can change "
        "over. 0 ends it at once.",
        examples=[48],
    )
