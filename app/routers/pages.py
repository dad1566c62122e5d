"""The pages for people: a welcome, the reference to read, the reference to try, and what each problem means.

They need no internet. Their scripts and styles are files of this server; the content security policy holds them to it.
"""

from collections import defaultdict
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.domain.refusals.base import Refusal
from app.domain.refusals.catalogue import REFUSALS, explained
from app.domain.refusals.input import InvalidInput
from app.domain.refusals.input_faults import InputFaultCode
from app.domain.refusals.requests import MethodNotAllowed, NotFound
from app.http import code_samples, contract, rendered
from app.http.exchange import exchange_of
from app.http.root_path import page_under


class _Files(StaticFiles):
    """The files of the pages. `Range` is ignored, as RFC 9110 section 14.2 allows, and every error is a problem."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Raises `MethodNotAllowed` and `NotFound`."""
        if scope["method"] != "GET":
            raise MethodNotAllowed(("GET", "HEAD"))
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"range"]
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            raise NotFound from error
        response.headers["Accept-Ranges"] = "none"
        return response


STATIC = _Files(directory=Path(__file__).parents[1] / "static")
routes = APIRouter(include_in_schema=False)

# Both references draw pictures from `data:` addresses, and call this server alone.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Redoc makes two <style> elements: an empty one that it fills through the CSSOM, and one with constant text. The hashes
# allow these and no others. Its search index is built in a worker that it makes from a blob.
_READING_POLICY: Final = (
    _POLICY.replace(
        "style-src 'self'",
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
        "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
    )
    + "; worker-src blob:"
)


def _page(request: Request, title: str, body: str, *styles: str, policy: str = _POLICY) -> HTMLResponse:
    links = "".join(f'<link rel="stylesheet" href="/static/{style}">' for style in styles or ("pages/pages.css",))
    page = (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/static/swagger-ui/favicon-32x32.png">'
        f"<title>{escape(title)} – Centre recognition</title>{links}</head><body>{body}</body></html>"
    )
    return HTMLResponse(page_under(_root(request), page), headers={"Content-Security-Policy": policy})


async def _document(request: Request, media_type: str, make: Callable[[FastAPI, str], bytes]) -> Response:
    return await rendered.answer(request, media_type, lambda: make(request.app, _root(request)))


def _root(request: Request) -> str:
    return exchange_of(request).deployment.settings.root_path


@routes.get("/")
async def home(request: Request) -> HTMLResponse:
    """Where a newcomer begins."""
    organisation = exchange_of(request).deployment.settings.organisation
    address = str(request.base_url).rstrip("/") + _root(request)
    return _page(
        request,
        "Welcome",
        "<main><h1>Centre recognition API</h1>"
        f"<p>How an organisation becomes a recognised centre of {escape(organisation.name)}: "
        "from the public web form to the certificate.</p><ul>"
        '<li><a href="/docs">The API reference</a>, with code samples</li>'
        '<li><a href="/docs/try">Try it</a>: every operation in your browser; '
        "sign in first with <code>createSession</code></li>"
        '<li>The contract: <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a></li>'
        '<li><a href="/v1/process">The process</a>: its states, its steps, and who takes them</li>'
        '<li><a href="/v1/reference-data">The reference data</a>: policies with guidance, contact roles, '
        "vocabularies</li>"
        '<li><a href="/problems">What each problem means</a></li></ul>'
        "<p>Send an initial application, as anybody may:</p>"
        '<pre tabindex="0">curl -X POST '
        f"{escape(address)}/v1/initial-applications \\\n"
        "  -H 'Content-Type: application/json' -d @application.json</pre>"
        "<p><code>make demo</code> plays the whole process against this server.</p></main>",
    )


@routes.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    """Show the reference to read: Redoc. `app/static/pages/reading.js` starts it."""
    return _page(
        request,
        "API reference",
        '<header class="about"><p><a href="/docs/try">Try the operations</a> in your browser, or read '
        '<a href="/problems">what each problem means</a>.</p></header>'
        '<main id="reference"></main><script src="/static/redoc/redoc.standalone.js"></script>'
        '<script src="/static/pages/reading.js"></script>',
        "pages/docs.css",
        policy=_READING_POLICY,
    )


@routes.get("/docs/try")
async def reference_to_try(request: Request) -> HTMLResponse:
    """Show the reference to try: Swagger UI. `app/static/pages/trying.js` starts it."""
    return _page(
        request,
        "Try the API",
        '<div class="about"><p>To sign in, try <a href="#/Sessions/createSession">createSession</a>: the page then '
        "sends its token. A system’s client id and secret go under Authorize. "
        '<a href="/docs">Read the reference</a>, or <a href="/problems">what each problem means</a>.</p>'
        '<p id="session" role="status">Not signed in.</p></div>'
        '<div id="swagger-ui"></div><script src="/static/swagger-ui/swagger-ui-bundle.js"></script>'
        '<script src="/static/pages/trying.js"></script>',
        "swagger-ui/swagger-ui.css",
        "pages/docs.css",
    )


@routes.get("/docs/openapi.json")
async def reference_document(request: Request) -> Response:
    """Answer the contract with code samples, for the page to read."""
    return await _document(request, "application/json", code_samples.as_json)


@routes.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """The contract as JSON."""
    return await _document(request, "application/json", contract.as_json)


@routes.get("/openapi.yaml")
async def openapi_yaml(request: Request) -> Response:
    """The contract as YAML, as it stands in the repository; a check holds it to what the app does."""
    return await _document(request, "application/yaml", contract.as_yaml)


@routes.get("/openapi-3.0.json")
async def older_openapi_json(request: Request) -> Response:
    """The same in OpenAPI 3.0.3 as JSON, for tools that know no other."""
    return await _document(request, "application/json", contract.as_older_json)


@routes.get("/openapi-3.0.yaml")
async def older_openapi_yaml(request: Request) -> Response:
    """The same in OpenAPI 3.0.3 as YAML, as it stands in the repository."""
    return await _document(request, "application/yaml", contract.as_older_yaml)


@routes.get("/problems")
async def problems(request: Request) -> HTMLResponse:
    """Every kind of problem, by the status that it has."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code, kind in sorted(REFUSALS.items()):
        by_status[kind.status].append(
            f'<dt><a href="/problems/{code}"><code>{code}</code></a></dt><dd>{escape(kind.sentence)}</dd>'
        )
    lists = "".join(f"<h2>{status}</h2><dl>{''.join(rows)}</dl>" for status, rows in sorted(by_status.items()))
    return _page(
        request,
        "Problems",
        "<main><h1>Problems</h1><p>Every answer of 400 or more is a problem document (RFC 9457), "
        f"<code>application/problem+json</code>. Its <code>type</code> leads to one of these pages.</p>{lists}</main>",
    )


def _faults(kind: type[Refusal]) -> str:
    """The catalogue of input faults, for the problem that lists them."""
    if kind is not InvalidInput:
        return ""
    rows = "".join(
        f'<dt id="{code}"><code>{code}</code></dt><dd>{escape(code.meaning)}</dd>' for code in InputFaultCode
    )
    return f"<h2>The code of each entry of <code>errors</code></h2><dl>{rows}</dl>"


@routes.get("/problems/{code}")
async def problem(request: Request, code: str) -> HTMLResponse:
    """What one kind of problem means, and which operations answer it: where the `type` of a problem leads.

    Raises `NotFound` for a code that is not given out.
    """
    kind = explained(code)
    document = await to_thread.run_sync(request.app.openapi)
    links = "".join(
        f'<li><a href="/docs#operation/{operation.operation_id}">{operation.operation_id}</a>: '
        f"{escape(operation.summary)}</li>"
        for operation in contract.occurrences(code, document)
    )
    where = f"<h2>Which operations answer it</h2><ul>{links}</ul>" if links else ""
    return _page(
        request,
        f"Problem {code}",
        f"<main><h1><code>{code}</code></h1><p>{kind.status}: {escape(kind.title)}</p><p>{escape(kind.sentence)}</p>"
        f'{_faults(kind)}{where}<p><a href="/problems">All problems</a></p></main>',
    )
