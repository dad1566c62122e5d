"""Webhooks: endpoints, deliveries, and the worker that makes them."""
