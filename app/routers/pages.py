"""What a person sees in a browser: where to begin, the interactive documentation, and what a problem means. None of
it needs the internet."""

from html import escape
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from app import contract
from app.problems import EXPLANATIONS

STATIC = StaticFiles(directory=Path(__file__).parents[1] / "static")
routes = APIRouter(include_in_schema=False)

_STYLE = (
    "body{font:1.05rem/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a}"
    "h1{line-height:1.2}code,pre{background:#f3f2f1;padding:.1em .3em}pre{padding:1em;overflow:auto}a{color:#1d4f91}"
)


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><main>{body}</main></html>"
    )


@routes.get("/")
async def home(request: Request) -> HTMLResponse:
    """Where a newcomer begins."""
    organisation = request.app.state.settings.organisation
    return _page(
        "Centre recognition API",
        "<h1>Centre recognition API</h1>"
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
        "<pre>curl -X POST "
        f"{escape(str(request.base_url))}v1/initial-applications \\\n"
        "  -H 'Content-Type: application/json' -d @application.json</pre>"
        "<p><code>make demo</code> plays the whole process against this server.</p>",
    )


@routes.get("/docs")
async def documentation() -> HTMLResponse:
    """Swagger UI, from this server alone."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Centre recognition API",
        swagger_js_url="/static/swagger-ui/swagger-ui-bundle.js",
        swagger_css_url="/static/swagger-ui/swagger-ui.css",
        swagger_favicon_url="/static/swagger-ui/favicon-32x32.png",
        swagger_ui_parameters={
            "persistAuthorization": True,
            "docExpansion": "none",
            "filter": True,
            "tryItOutEnabled": True,
        },
    )


@routes.get("/openapi.json")
async def openapi_json(request: Request) -> Response:
    """The contract as JSON."""
    return Response(await contract.as_json(request.app), media_type="application/json")


@routes.get("/openapi.yaml")
async def openapi_yaml() -> Response:
    """The contract as YAML, as it stands in the repository; a check holds it to what the app does."""
    return FileResponse(contract.PATH, media_type="application/yaml")


@routes.get("/problems")
async def problems() -> HTMLResponse:
    """Every kind of problem."""
    rows = "".join(
        f'<dt><a href="/problems/{escape(code)}"><code>{escape(code)}</code></a></dt><dd>{escape(text)}</dd>'
        for code, text in sorted(EXPLANATIONS.items())
    )
    return _page("Problems", f"<h1>Problems</h1><dl>{rows}</dl>")


@routes.get("/problems/{code}")
async def problem(code: str) -> HTMLResponse:
    """What one kind of problem means: where the `type` of a problem document leads."""
    text = EXPLANATIONS.get(code, "The field 'detail' of the problem says what happened and what to do about it.")
    return _page(f"Problem {code[:80]}", f"<h1><code>{escape(code[:80])}</code></h1><p>{escape(text)}</p>")
