"""An endpoint of webhooks is disabled: nothing reached it for three days, or it said that it is gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.database import Work
from app.domain.webhooks import DisabledReason
from app.letters import samples
from app.letters.letter import Draft, Letter, StaffWords, Stage
from app.letters.readers import nameless
from app.queries.letters import get_webhook_delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(StaffWords):
    description: str
    host: str
    gone: bool
    event_type: str
    event_id: str
    last_error: str
    last_attempt_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointDisabled(Letter):
    """To the endpoint's owner, unless it has been enabled or deleted meanwhile. One, however many events wait."""

    kind: ClassVar[str] = "webhook_endpoint_disabled"
    stage: ClassVar[Stage] = Stage.ENQUIRIES
    sample: ClassVar[Words] = Words(
        recipient_name="owner of the endpoint",
        description="Ledger: invoices and payments",
        host="finance.example.org",
        gone=False,
        event_type="invoice.paid",
        event_id="01a13eee-cd85-7b3c-9c91-627ba8885b5f",
        last_error="the receiver answered 503",
        last_attempt_at=samples.MOMENT,
    )

    endpoint_id: UUID
    delivery_id: UUID

    async def load(self, work: Work) -> Draft | None:
        endpoint, delivery = await get_webhook_delivery(work.session, self.delivery_id)
        if endpoint.disabled_reason not in (DisabledReason.GONE, DisabledReason.EXHAUSTED) or endpoint.deleted_at:
            return None
        words = Words(
            recipient_name="owner of the endpoint",
            description=endpoint.description,
            host=endpoint.host,
            gone=endpoint.disabled_reason is DisabledReason.GONE,
            event_type=delivery.event_type,
            event_id=str(delivery.event_id),
            last_error=delivery.last_error or "",
            last_attempt_at=delivery.last_attempt_at or work.now,
        )
        return Draft(words, nameless(endpoint.owner_email))
