"""`HEAD` wherever there is `GET`: the same status and headers, and no body (RFC 9110 section 9.3.2)."""

import httpx

from tests.contract.asking import ask, product
from tests.contract.landscape import Landscape

# These differ between any two responses.
_CHANGING = {"x-request-id", "ratelimit", "content-length"}
# Their answers are not made for HEAD, so that nobody knows how long they would be.
_OF_UNKNOWN_LENGTH = {"getMetrics", "exportRecords"}
_PAGES = ("/", "/docs", "/openapi.json", "/openapi.yaml", "/openapi-3.0.json", "/problems", "/problems/not_found")


def _lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in _CHANGING}


async def test_head_matches_get_without_the_body(landscape: Landscape) -> None:
    reads = [op for op in product() if op.method == "GET"]
    for op in reads:
        got = await ask(landscape, op)
        answer = await landscape.client.head(got.request.url, headers=got.request.headers)
        assert (answer.status_code, answer.content) == (got.status_code, b""), op.id
        assert _lasting(answer) == _lasting(got), op.id
        if op.id not in _OF_UNKNOWN_LENGTH:
            assert answer.headers["content-length"] == str(len(got.content)), op.id
    assert len(reads) > 50


async def test_head_of_a_page_and_of_a_refusal(landscape: Landscape) -> None:
    """A page, 304, 401 and 404 match GET."""
    for path in (*_PAGES, "/static/pages/pages.css", "/v1/me", "/v1/nothing"):
        got = await landscape.client.get(path)
        answer = await landscape.client.head(path)
        assert (answer.status_code, answer.content) == (got.status_code, b""), path
        assert _lasting(answer) == _lasting(got), path
    tag = {"If-None-Match": (await landscape.client.get("/v1/process")).headers["etag"]}
    assert (await landscape.client.head("/v1/process", headers=tag)).status_code == 304
