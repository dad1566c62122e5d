"""Letters about webhooks."""
