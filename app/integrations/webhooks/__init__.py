"""Webhooks on the wire: signed requests (Standard Webhooks 1.0) that reach only addresses on the public internet.

The addresses are checked in the connection, so nothing can change between the check and the connection. Redirects are
answers like any other, proxies of the environment are not used, and little of an answer is read.
"""

from app.integrations.webhooks.addresses import AddressRefused, Resolve, require_outside, resolve
from app.integrations.webhooks.sender import HEAD_OF_ANSWER, Reply, Sender, Undelivered
from app.integrations.webhooks.signing import new_secret, signature, spelt

__all__ = [
    "HEAD_OF_ANSWER",
    "AddressRefused",
    "Reply",
    "Resolve",
    "Sender",
    "Undelivered",
    "new_secret",
    "require_outside",
    "resolve",
    "signature",
    "spelt",
]
