"""Delete what the log has kept long enough. What has not arrived is kept, without its old attempts."""

from datetime import timedelta

from sqlalchemy import delete

from app.database import Work
from app.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.queries import webhook_work as queries

# In one transaction; the next night goes on.
_AT_ONCE = 20_000


async def forget(work: Work) -> None:
    """Delete old attempts, old deliveries that arrived, old tests, and deleted endpoints with everything of theirs."""
    before = work.now - timedelta(days=work.settings.webhooks.log_days)
    old = await queries.deliveries_to_forget(work.session, before, _AT_ONCE)
    await work.session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(old)))
    attempts = await queries.attempts_to_forget(work.session, before, _AT_ONCE)
    await work.session.execute(delete(WebhookAttempt).where(WebhookAttempt.id.in_(attempts)))
    bare = await queries.deleted_endpoints_without_deliveries(work.session)
    await work.session.execute(delete(WebhookEndpoint).where(WebhookEndpoint.id.in_(bare)))
