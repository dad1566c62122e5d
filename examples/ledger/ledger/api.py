"""The API, as a client with credentials and scopes sees it."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

Json = dict[str, Any]
SYSTEM = "example-ledger"
"""The name of this ledger in the ids that it gives and gets."""
_PAGE = 100
_TIMEOUT = httpx.Timeout(30)


class Api:
    """Asks for tokens by itself. Raises `httpx.HTTPError` when the API is away or says no."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self._credentials = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT)

    def get(self, path: str, query: Mapping[str, str | list[str]] | None = None) -> Json:
        """Read one object or one page."""
        found: Json = self._ask("GET", path, params=query).raise_for_status().json()
        return found

    def post(self, path: str, body: Json, key: str) -> httpx.Response:
        """Send something once: the same `key` gets the first answer again, however often this is called."""
        return self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    def put(self, path: str, body: Json) -> httpx.Response:
        """Set something, whatever it was before."""
        return self._ask("PUT", path, json=body)

    def events(self, cursor: str | None, types: list[str]) -> Iterator[tuple[list[Json], str]]:
        """Read the feed from the cursor to its end: pages of events, each with the cursor that follows it."""
        while True:
            query: dict[str, str | list[str]] = {"limit": str(_PAGE), "types": types}
            page = self.get("/v1/events", query | ({"cursor": cursor} if cursor else {}))
            cursor = str(page["next_cursor"])
            yield page["items"], cursor
            if len(page["items"]) < _PAGE:
                return

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        if "Authorization" not in self._http.headers:
            self._sign_in()
        answer = self._http.request(method, path, **more)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # The token has expired.
            self._sign_in()
            answer = self._http.request(method, path, **more)
        return answer

    def _sign_in(self) -> None:
        found = self._http.post("/v1/oauth/token", data=self._credentials).raise_for_status().json()
        self._http.headers["Authorization"] = f"Bearer {found['access_token']}"
