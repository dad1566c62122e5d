"""Write each operation's call in curl, TypeScript and Python, from the OpenAPI document alone.

The reading page shows them (`x-codeSamples`). `openapi.yaml` stays without: its readers are programs.
"""

import json
from copy import deepcopy
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final, cast
from urllib.parse import quote as percent

from fastapi import FastAPI

from app.domain.json_values import JsonObject
from app.http.root_path import contract_under

ORIGIN: Final = "https://api.example.com"
"""Stands for the server. The page puts in the address that it was loaded from."""
_METHODS: Final = ("get", "put", "post", "patch", "delete")
_MERGE_PATCH: Final = "application/merge-patch+json"
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True)
class Call:
    """One request as a person would make it."""

    method: str
    path: str
    """With example values in place of the parameters, and the query if one is required."""
    signed_in: bool
    as_client: bool
    """Send the client's id and secret by HTTP Basic (RFC 6749 section 2.3.1)."""
    needs_version: bool
    takes_key: bool
    media_type: str | None
    body: Any
    file_field: str | None
    """The field of a multipart form that holds the file."""
    answers: str
    """`json`, `file` or `nothing`."""

    @property
    def url(self) -> str:
        return ORIGIN + self.path


def as_json(app: FastAPI, root: str) -> bytes:
    """Render the document with samples as JSON, as it is under ROOT_PATH."""
    return json.dumps(with_samples(contract_under(root, app.openapi()))).encode()


def with_samples(document: JsonObject) -> JsonObject:
    """Copy the document, with `x-codeSamples` and a link to "try it" on every operation that has a sample."""
    copy = deepcopy(document)
    root = copy["servers"][0]["url"].rstrip("/")
    for path, item in copy["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                operation["x-codeSamples"] = samples(read(copy, path, method))
                link = f"{root}/docs/try#/{percent(operation['tags'][0])}/{operation['operationId']}"
                operation["description"] = f"{operation.get('description', '')}\n\n[Try it]({link})".strip()
    return copy


def samples(call: Call) -> list[dict[str, str]]:
    """The call in three languages, as `x-codeSamples` has them."""
    return [
        {"lang": "Shell", "label": "curl", "source": curl(call)},
        {"lang": "TypeScript", "label": "TypeScript", "source": typescript(call)},
        {"lang": "Python", "label": "Python", "source": python(call)},
    ]


def read(document: JsonObject, path: str, method: str) -> Call:
    """Read one operation's call from the document."""

    def resolve(node: JsonObject) -> JsonObject:
        while "$ref" in node:
            found: Any = document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    operation = document["paths"][path][method]
    query = []
    named = {}
    for parameter in map(resolve, operation.get("parameters", [])):
        named[parameter["name"]] = parameter
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", percent(str(_example(parameter, resolve)), safe=""))
        if parameter["in"] == "query" and parameter.get("required"):
            query.append(f"{parameter['name']}={percent(str(_example(parameter, resolve)), safe='')}")
    media_type, body, file_field = _body(operation, resolve)
    success = next(resolve(answer) for status, answer in operation["responses"].items() if status.startswith("2"))
    content = success.get("content", {})
    answers = "nothing" if not content else "json" if "application/json" in content else "file"
    return Call(
        method=method.upper(),
        path=path + ("?" + "&".join(query) if query else ""),
        signed_in=bool(operation.get("security")),
        as_client=media_type == _FORM,
        needs_version=bool(named.get("If-Match", {}).get("required")),
        takes_key="Idempotency-Key" in named,
        media_type=media_type,
        body=body,
        file_field=file_field,
        answers=answers,
    )


def _body(operation: JsonObject, resolve: Any) -> tuple[str | None, Any, str | None]:
    """The media type to send, the example of the body, and the field that holds a file."""
    content: JsonObject = resolve(operation.get("requestBody", {})).get("content", {})
    for media_type in (_MERGE_PATCH, "application/json", _FORM, _MULTIPART):
        if media_type in content:
            described = content[media_type]
            body = _example(described, resolve)
            properties = resolve(described["schema"]).get("properties", {})
            field = next((name for name, one in properties.items() if resolve(one).get("format") == "binary"), None)
            return media_type, body, field if media_type == _MULTIPART else None
    return None, None, None


def _example(described: JsonObject, resolve: Any) -> Any:
    """The first example of a parameter or a body."""
    if "examples" in described:
        return resolve(next(iter(described["examples"].values())))["value"]
    if "example" in described:
        return described["example"]
    schema = resolve(described["schema"])
    for name in ("examples", "enum"):
        if name in schema:
            return schema[name][0]
    return schema.get("example", schema.get("default", "example"))


def _fields(call: Call) -> dict[str, str]:
    """The fields of a form, without the file; empty ones are left out."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in cast(JsonObject, call.body).items()
        if name != call.file_field and value is not None
    }


def curl(call: Call) -> str:
    """For a POSIX shell. `TOKEN` and `ETAG` are shell variables."""
    words = ["curl" if call.method == "GET" else f"curl -X {call.method}", quote(call.url)]
    if call.signed_in:
        words.append('-H "Authorization: Bearer $TOKEN"')
    if call.as_client:
        words.append('-u "$CLIENT_ID:$CLIENT_SECRET"')
    if call.needs_version:
        words.append('-H "If-Match: $ETAG"')
    if call.takes_key:
        words.append('-H "Idempotency-Key: $(uuidgen)"')
    if call.media_type == _MULTIPART:
        words += [f"-F {quote(f'{name}={value}')}" for name, value in _fields(call).items()]
        words += [f"-F {call.file_field}=@policy.pdf"] if call.file_field else []
    elif call.media_type == _FORM:
        words += [f"--data-urlencode {quote(f'{name}={value}')}" for name, value in _fields(call).items()]
    elif call.media_type:
        words += [f"-H 'Content-Type: {call.media_type}'", f"-d {quote(_json(call.body))}"]
    if call.answers == "file":
        words.append("-OJ")
    return " \\\n  ".join(words)


def typescript(call: Call) -> str:
    """With `fetch`, in a browser or Node. `token`, `etag` and `file` are the caller's."""
    headers = []
    if call.signed_in:
        headers.append("Authorization: `Bearer ${token}`")
    if call.as_client:
        headers.append("Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`")
    if call.needs_version:
        headers.append('"If-Match": etag')
    if call.takes_key:
        headers.append('"Idempotency-Key": crypto.randomUUID()')
    before, body = "", ""
    if call.media_type == _MULTIPART:
        before = "const form = new FormData();\n" + "".join(
            f"form.append({json.dumps(name)}, {_json(value)});\n" for name, value in _fields(call).items()
        )
        before += f'form.append("{call.file_field}", file, file.name);\n' if call.file_field else ""
        body = "form"
    elif call.media_type == _FORM:
        body = f"new URLSearchParams({_indented(_json(_fields(call)), 2)})"
    elif call.media_type:
        headers.append(f'"Content-Type": "{call.media_type}"')
        body = f"JSON.stringify({_indented(_json(call.body), 2)})"
    options = [f'  method: "{call.method}",'] if call.method != "GET" else []
    if headers:
        options.append("  headers: {\n" + "".join(f"    {header},\n" for header in headers) + "  },")
    if body:
        options.append(f"  body: {body},")
    given = ", {\n" + "\n".join(options) + "\n}" if options else ""
    after = {"json": "\nconst answer = await response.json();", "file": "\nconst answer = await response.blob();"}
    return (
        f'{before}const response = await fetch("{call.url}"{given});\n'
        "if (!response.ok) throw new Error((await response.json()).detail);" + after.get(call.answers, "")
    )


def python(call: Call) -> str:
    """With httpx. `token` and `etag` are the caller's."""
    headers = []
    if call.signed_in:
        headers.append('"Authorization": f"Bearer {token}"')
    if call.needs_version:
        headers.append('"If-Match": etag')
    if call.takes_key:
        headers.append('"Idempotency-Key": str(uuid4())')
    arguments = [f'"{call.url}"', *(["auth=(client_id, client_secret)"] if call.as_client else [])]
    if call.media_type == _MERGE_PATCH:
        headers.append(f'"Content-Type": "{_MERGE_PATCH}"')
    if headers:
        arguments.append("headers={" + ", ".join(headers) + "}")
    if call.media_type == _MULTIPART:
        fields = _fields(call)
        arguments += [f"data={_indented(_literal(fields), 4)}"] if fields else []
        arguments += (
            [f'files={{"{call.file_field}": ("policy.pdf", Path("policy.pdf").read_bytes())}}']
            if call.file_field
            else []
        )
    elif call.media_type == _FORM:
        arguments.append(f"data={_indented(_literal(_fields(call)), 4)}")
    elif call.media_type:
        arguments.append(f"json={_indented(_literal(call.body), 4)}")
    standard = ["from pathlib import Path\n"] if call.file_field else []
    standard += ["from uuid import uuid4\n"] if call.takes_key else []
    imports = "".join([*standard, "\n" if standard else "", "import httpx\n\n"])
    given = "".join(f"    {argument},\n" for argument in arguments)
    after = {"json": "\nanswer = response.json()", "file": "\nanswer = response.content"}
    return f"{imports}response = httpx.{call.method.lower()}(\n{given})\nresponse.raise_for_status()" + after.get(
        call.answers, ""
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _literal(value: Any, depth: int = 0) -> str:
    """A Python literal, one entry a line, as Black writes it."""
    inside, outside = "    " * (depth + 1), "    " * depth
    if isinstance(value, dict) and value:
        lines = (
            f"{inside}{json.dumps(key, ensure_ascii=False)}: {_literal(one, depth + 1)},\n"
            for key, one in value.items()
        )
        return "{\n" + "".join(lines) + outside + "}"
    if isinstance(value, list) and value:
        return "[\n" + "".join(f"{inside}{_literal(one, depth + 1)},\n" for one in value) + outside + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)
