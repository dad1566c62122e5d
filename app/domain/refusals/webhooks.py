"""Endpoints of webhooks."""

from app.domain.refusals.base import Conflict


class WebhookEndpointDisabled(Conflict):
    """The endpoint is disabled, so nothing is sent to it. Enable it first: it then gets what it missed."""
