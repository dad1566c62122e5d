"""Endpoints of webhooks (administrators, and systems that manage them), and the log of deliveries."""

from typing import Annotated

from fastapi import Query

from app.domain.permissions import Permission
from app.domain.refusals.requests import TooManyRecords
from app.domain.refusals.webhooks import WebhookEndpointDisabled
from app.http.access import require
from app.http.dependencies import ExpectedDep, SigningKeyDep, Target, WorkDep
from app.http.refuses import refuses
from app.http.route import router
from app.models import WebhookDelivery, WebhookEndpoint
from app.queries.webhooks import find_webhook_delivery, find_webhook_endpoint, find_webhook_endpoint_or_deleted
from app.schemas import webhook_deliveries, webhooks
from app.services.rate_limits import Limit
from app.services.webhooks import endpoints, log

routes = router("/v1/webhook-endpoints", "Webhooks")
EndpointDep = Annotated[WebhookEndpoint, Target]
DeliveryDep = Annotated[WebhookDelivery, Target]

_MANAGE = Permission.MANAGE_WEBHOOKS
_ONE = require(_MANAGE, find_webhook_endpoint)
_DELIVERY = require(_MANAGE, find_webhook_delivery)
# Each time an endpoint is enabled, its owner may get a letter.
_LIMITS = (Limit("webhook_endpoints", 60, 3600),)
_DELIVERY_AT = "/v1/webhook-endpoints/{endpoint_id}/deliveries/{id}"


@routes.get("", operation_id="listWebhookEndpoints", summary="List webhook endpoints", dependencies=[require(_MANAGE)])
async def list_webhook_endpoints(
    work: WorkDep, query: Annotated[webhooks.WebhookEndpointQuery, Query()]
) -> webhooks.WebhookEndpointPage:
    """Returns webhook endpoints, oldest first, without their secrets."""
    return await endpoints.list_all(work, query)


@routes.post(
    "",
    operation_id="createWebhookEndpoint",
    status_code=201,
    summary="Register a webhook endpoint",
    dependencies=[require(_MANAGE, replays=False, location="/v1/webhook-endpoints/{id}", limits=_LIMITS)],
)
@refuses(TooManyRecords)
async def create_webhook_endpoint(
    work: WorkDep, key: SigningKeyDep, body: webhooks.WebhookEndpointCreate
) -> webhooks.WebhookEndpointWithSecret:
    """Registers an address that gets events from now on, or from a position of the feed. The answer shows the secret
    once. It is never stored, so an `Idempotency-Key` does not replay it.

    Each event is posted as the feed has it, signed as Standard Webhooks 1.0 says, in the order of its object. Answer
    with 2xx within 10 seconds. Otherwise it is tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 20
    hours, later if `Retry-After` asks for that; then the endpoint is disabled, as it is when nothing has arrived for 72
    hours. 429 or 503 with `Retry-After` holds back every event, for a day at most. 410 disables the endpoint at once.
    When something arrives after an outage of five minutes or more, what waits is tried within a minute. Events can
    arrive more than once: tell them apart by `webhook-id`.
    """
    return await endpoints.create(work, key, body)


@routes.post(
    "/{endpoint_id}/secret",
    operation_id="rotateWebhookSecret",
    status_code=201,
    summary="Rotate a webhook endpoint's secret",
    dependencies=[
        require(_MANAGE, find_webhook_endpoint, replays=False, location="/v1/webhook-endpoints/{endpoint_id}")
    ],
)
async def rotate_webhook_secret(
    work: WorkDep, key: SigningKeyDep, row: EndpointDep, expected: ExpectedDep, body: webhooks.WebhookSecretRotation
) -> webhooks.WebhookEndpointWithSecret:
    """Creates a new secret and shows it once. For a while, events are signed with the previous one too."""
    return await endpoints.rotate_secret(work, key, row, expected, body)


@routes.post(
    "/{endpoint_id}/test-events",
    operation_id="sendTestEvent",
    status_code=201,
    summary="Send a test event",
    dependencies=[require(_MANAGE, find_webhook_endpoint, location=_DELIVERY_AT)],
)
@refuses(WebhookEndpointDisabled)
async def send_test_event(work: WorkDep, row: EndpointDep) -> webhook_deliveries.WebhookDelivery:
    """Sends an event of the type `webhook_endpoint.tested`, which is not in the feed. It is tried once."""
    return await log.send_test(work, row)


@routes.get(
    "/{endpoint_id}/deliveries",
    operation_id="listWebhookDeliveries",
    summary="List webhook deliveries",
    dependencies=[_ONE],
)
async def list_webhook_deliveries(
    work: WorkDep, row: EndpointDep, query: Annotated[webhook_deliveries.WebhookDeliveryQuery, Query()]
) -> webhook_deliveries.WebhookDeliveryPage:
    """Returns the log of deliveries, newest first. Those that arrived are kept for 30 days, unless the operator has
    chosen another time, and so is each attempt; deliveries that did not arrive are kept."""
    return await log.list_all(work, row, query)


@routes.get(
    "/{endpoint_id}/deliveries/{delivery_id}",
    operation_id="getWebhookDelivery",
    summary="Read a webhook delivery",
    dependencies=[_DELIVERY],
)
async def get_webhook_delivery(work: WorkDep, row: DeliveryDep) -> webhook_deliveries.WebhookDeliveryDetail:
    """Returns a delivery with what is posted, every attempt, and the first 4,096 bytes of each answer."""
    return await log.show(work, row)


@routes.post(
    "/{endpoint_id}/deliveries/{delivery_id}/redelivery",
    operation_id="redeliverWebhook",
    status_code=201,
    summary="Deliver an event again",
    dependencies=[require(_MANAGE, find_webhook_delivery, location=_DELIVERY_AT)],
)
@refuses(WebhookEndpointDisabled)
async def redeliver_webhook(work: WorkDep, row: DeliveryDep) -> webhook_deliveries.WebhookDelivery:
    """Delivers the event at once, with fresh attempts. One that has arrived gets a new delivery under the same
    `webhook-id`. One that waits behind an earlier event of the same object stays there: that one is tried."""
    return await log.redeliver(work, row)


@routes.post(
    "/{endpoint_id}/redeliveries",
    operation_id="redeliverFailedWebhooks",
    summary="Deliver everything again that failed",
    dependencies=[_ONE],
)
@refuses(WebhookEndpointDisabled)
async def redeliver_failed_webhooks(
    work: WorkDep, row: EndpointDep, body: webhook_deliveries.WebhookRedeliveries
) -> webhook_deliveries.WebhookRedeliveriesMade:
    """Tries every delivery at once whose last attempt failed, with fresh attempts. Use it once the receiver is mended,
    so that nobody waits for the next attempt."""
    return await log.redeliver_failed(work, row, body)


@routes.get("/{endpoint_id}", operation_id="getWebhookEndpoint", summary="Read a webhook endpoint", dependencies=[_ONE])
async def get_webhook_endpoint(work: WorkDep, row: EndpointDep) -> webhooks.WebhookEndpoint:
    """Returns the endpoint, without its secret."""
    return await endpoints.show(work, row)


@routes.patch(
    "/{endpoint_id}",
    operation_id="updateWebhookEndpoint",
    summary="Change a webhook endpoint",
    dependencies=[require(_MANAGE, find_webhook_endpoint, limits=_LIMITS)],
)
async def update_webhook_endpoint(
    work: WorkDep, row: EndpointDep, expected: ExpectedDep, body: webhooks.WebhookEndpointUpdate
) -> webhooks.WebhookEndpoint:
    """Changes, disables or enables the endpoint. One that is enabled again, or gets another address, gets everything
    that it missed."""
    return await endpoints.update(work, row, expected, body)


@routes.delete(
    "/{endpoint_id}",
    operation_id="deleteWebhookEndpoint",
    status_code=204,
    summary="Delete a webhook endpoint",
    dependencies=[require(_MANAGE, find_webhook_endpoint_or_deleted)],
)
async def delete_webhook_endpoint(work: WorkDep, row: EndpointDep, expected: ExpectedDep) -> None:
    """Deletes the endpoint for good. Nothing is sent to it any more, and its log goes within a day."""
    await endpoints.delete(work, row, expected)
