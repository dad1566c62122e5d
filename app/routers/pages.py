"""What a person sees in a browser: where to begin, the interactive documentation, and what a problem means. None of
it needs the internet, and none of it runs a script or a style that is not a file of this server."""

from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from app.domain.problem_table import PROBLEMS, explained, title_of
from app.http import contract

STATIC = StaticFiles(directory=Path(__file__).parents[1] / "static")
routes = APIRouter(include_in_schema=False)

# Swagger UI draws its pictures from `data:` addresses; what is tried goes to this server alone.
_POLICY: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


def _page(title: str, body: str, *styles: str) -> HTMLResponse:
    links = "".join(f'<link rel="stylesheet" href="/static/{style}">' for style in styles or ("pages/pages.css",))
    return HTMLResponse(
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/static/swagger-ui/favicon-32x32.png">'
        f"<title>{escape(title)}</title>{links}</head><body>{body}</body></html>",
        headers=_POLICY,
    )


@routes.get("/")
async def home(request: Request) -> HTMLResponse:
    """Where a newcomer begins."""
    organisation = request.app.state.settings.organisation
    return _page(
        "Centre recognition API",
        "<main><h1>Centre recognition API</h1>"
        f"<p>How an organisation becomes a recognised centre of {escape(organisation.name)}: "
        "from the public web form to the certificate.</p><ul>"
        '<li><a href="/docs">Interactive documentation</a>: try every operation; '
        "log in first with <code>createSession</code></li>"
        '<li>The contract: <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a></li>'
        '<li><a href="/v1/process">The process</a>: its states, its steps, and who takes them</li>'
        '<li><a href="/v1/reference-data">The reference data</a>: policies with guidance, contact roles, '
        "vocabularies</li>"
        '<li><a href="/problems">What each problem means</a></li></ul>'
        "<p>Send an initial application, as anybody may:</p>"
        '<pre tabindex="0">curl -X POST '
        f"{escape(str(request.base_url))}v1/initial-applications \\\n"
        "  -H 'Content-Type: application/json' -d @application.json</pre>"
        "<p><code>make demo</code> plays the whole process against this server.</p></main>",
    )


@routes.get("/docs")
async def documentation() -> HTMLResponse:
    """Swagger UI, from this server alone. `app/static/pages/docs.js` starts it."""
    return _page(
        "Interactive documentation – Centre recognition API",
        '<div class="about"><p>To sign in, try <a href="#/Sessions/createSession">createSession</a>: its token is used '
        "from then on. A system’s client id and secret go under Authorize. "
        '<a href="/problems">What each problem means</a></p><p id="session" role="status">Not signed in.</p></div>'
        '<div id="swagger-ui"></div><script src="/static/swagger-ui/swagger-ui-bundle.js"></script>'
        '<script src="/static/pages/docs.js"></script>',
        "swagger-ui/swagger-ui.css",
        "pages/docs.css",
    )


@routes.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """The contract as JSON."""
    return Response(await contract.as_json(request.app), media_type="application/json")


@routes.get("/openapi.yaml")
async def openapi_yaml() -> Response:
    """The contract as YAML, as it stands in the repository; a check holds it to what the app does."""
    return FileResponse(contract.PATH, media_type="application/yaml")


@routes.get("/openapi-3.0.json")
async def older_openapi_json(request: Request) -> Response:
    """The same in OpenAPI 3.0.3 as JSON, for tools that know no other."""
    return Response(await contract.as_older_json(request.app), media_type="application/json")


@routes.get("/openapi-3.0.yaml")
async def older_openapi_yaml() -> Response:
    """The same in OpenAPI 3.0.3 as YAML, as it stands in the repository."""
    return FileResponse(contract.OLDER_PATH, media_type="application/yaml")


@routes.get("/problems")
async def problems() -> HTMLResponse:
    """Every kind of problem, by the status that it has."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for code, problem in sorted(PROBLEMS.items()):
        by_status[problem.status].append(
            f'<dt><a href="/problems/{code}"><code>{code}</code></a></dt><dd>{escape(problem.meaning)}</dd>'
        )
    lists = "".join(f"<h2>{status}</h2><dl>{''.join(rows)}</dl>" for status, rows in sorted(by_status.items()))
    return _page(
        "Problems – Centre recognition API",
        "<main><h1>Problems</h1><p>Every answer of 400 or more is a problem document (RFC 9457), "
        f"<code>application/problem+json</code>. Its <code>type</code> leads to one of these pages.</p>{lists}</main>",
    )


@routes.get("/problems/{code}")
async def problem(request: Request, code: str) -> HTMLResponse:
    """What one kind of problem means, and which operations answer it: where the `type` of a problem leads.

    Raises `NotFound` for a code that is not given out.
    """
    status, meaning = explained(code)
    document = await to_thread.run_sync(request.app.openapi)
    links = "".join(
        f'<li><a href="/docs#/{escape(operation.tag)}/{operation.operation_id}">{operation.operation_id}</a>: '
        f"{escape(operation.summary)}</li>"
        for operation in contract.occurrences(code, document)
    )
    where = f"<h2>Which operations answer it</h2><ul>{links}</ul>" if links else ""
    return _page(
        f"Problem {code} – Centre recognition API",
        f"<main><h1><code>{code}</code></h1><p>{status}: {escape(title_of(code))}</p><p>{escape(meaning)}</p>"
        f'{where}<p><a href="/problems">All problems</a></p></main>',
    )
