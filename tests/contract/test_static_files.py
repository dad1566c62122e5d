"""The files of the pages answer as everything else does: HEAD, ranges, problems and protecting headers."""

import errno

import pytest

from app.routers.pages import STATIC
from tests.contract.asking import require_protection
from tests.contract.landscape import Landscape

_FILE = "/static/pages/pages.css"


@pytest.mark.parametrize(
    "value", ["bytes=0-3", "bytes=9999999-", "bytes=x-y", "bytes=5-1", "lines=1-2", "bytes=-", "=", "bytes=0-0,2-2"]
)
async def test_a_range_of_a_static_file_is_ignored(landscape: Landscape, value: str) -> None:
    whole = await landscape.client.get(_FILE)
    for headers in ({"Range": value}, {"Range": value, "If-Range": whole.headers["etag"]}):
        answer = await landscape.client.get(_FILE, headers=headers)
        assert (answer.status_code, answer.content) == (200, whole.content)
        assert answer.headers["accept-ranges"] == "none"
        assert (await landscape.client.head(_FILE, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "path", ["nothing.css", "", "pages", "pages/", "%00", "..%2f..%2fmain.py", "a" * 5000, "pages/pages.css/x", "%ff"]
)
async def test_a_static_file_that_is_not_there_is_a_problem(landscape: Landscape, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = await landscape.client.request(method, f"/static/{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        require_protection(answer.headers)


@pytest.mark.parametrize(
    ("number", "told"), [(errno.EACCES, (404, "not_found")), (errno.EMFILE, (500, "internal_error"))]
)
async def test_a_disk_that_fails_is_no_missing_file(
    landscape: Landscape, monkeypatch: pytest.MonkeyPatch, number: int, told: tuple[int, str]
) -> None:
    """But a file that we may not read is one, and no matter of signing in."""

    def fail(path: str) -> None:
        raise OSError(number, path)

    monkeypatch.setattr(STATIC, "lookup_path", fail)
    answer = await landscape.client.get(_FILE)
    assert (answer.status_code, answer.json()["code"]) == told


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_a_static_file_is_only_read(landscape: Landscape, method: str) -> None:
    answer = await landscape.client.request(method, _FILE)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


async def test_pages_and_files_are_protected(landscape: Landscape) -> None:
    """With the answers that a cache asks for, and the refusals of addresses that nobody has."""
    paths = ("/", "/docs", "/docs/try", "/problems", "/problems/not_found", "/openapi.json", "/openapi-3.0.yaml", _FILE)
    for path in (*paths, "/nothing", "/v1/nothing", "/problems/nothing", "/static/nothing"):
        for method in ("GET", "HEAD", "POST"):
            answer = await landscape.client.request(method, path)
            require_protection(answer.headers)
            if tag := answer.headers.get("etag"):
                again = await landscape.client.request(method, path, headers={"If-None-Match": tag})
                assert again.status_code == 304
                require_protection(again.headers)


async def test_ranges_are_for_get_alone(landscape: Landscape) -> None:
    """RFC 9110 section 14.2: HEAD answers for the whole."""
    login = landscape.headers("super_user")
    document = (await landscape.client.get("/v1/documents", headers=login)).json()["items"][0]
    path = f"/v1/documents/{document['id']}/content"
    for value, status in (("bytes=0-3", 206), ("bytes=x", 200), ("bytes=99999999-", 416), ("bytes=3-1", 200)):
        assert (await landscape.client.get(path, headers=login | {"Range": value})).status_code == status
        answer = await landscape.client.head(path, headers=login | {"Range": value})
        assert (answer.status_code, "content-range" in answer.headers) == (200, False)
