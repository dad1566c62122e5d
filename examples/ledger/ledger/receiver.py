"""Receive webhooks: check the signature, keep the event, answer. Posting comes later, so the answer is quick."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

from ledger.store import Store

_LARGEST = 65_536
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def make_receiver(port: int, secrets: list[str], store: Store) -> ThreadingHTTPServer:
    """Make a server on loopback. With two secrets, either signs: both are valid while one replaces the other."""
    webhooks = [Webhook(secret) for secret in secrets]

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            if length > _LARGEST:
                self._answer(413)
                return
            body = self.rfile.read(length)
            headers = {name: self.headers.get(name, "") for name in _HEADERS}
            if not any(_is_signed(webhook, body, headers) for webhook in webhooks):
                self._answer(400)
                return
            event = json.loads(body)
            if event.get("position") is not None:
                store.keep_event(event)
            self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *_: object) -> None:
            """Say nothing: the API keeps a log of deliveries."""

    return ThreadingHTTPServer(("127.0.0.1", port), Receiver)


def _is_signed(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers)
    except (WebhookVerificationError, ValueError):
        # `ValueError`: an entry of the signature without a comma.
        return False
    return True
