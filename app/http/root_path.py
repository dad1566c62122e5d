"""ROOT_PATH, the path under which a proxy offers the API: off each request's path, and before each path that we name.

A proxy may take the prefix off or leave it: no address of ours begins with it, so a request without it means the same.
"""

from typing import Any, Final

from starlette.types import Scope

from app.domain.json_values import JsonObject

_PREFIXED: Final = ("/v1/", "/problems/", "/docs/")
_PATTERN: Final = "^/v1/"


def without_root(scope: Scope, root: str) -> Scope:
    """The request as if it had come to the root."""
    path: str = scope["path"]
    if not root or not (path == root or path.startswith(f"{root}/")):
        return scope
    raw: bytes | None = scope.get("raw_path")
    bare = {"path": path.removeprefix(root) or "/"}
    return {**scope, **bare, "raw_path": raw.removeprefix(root.encode()) or b"/" if raw is not None else None}


def page_under(root: str, page: str) -> str:
    """A page of ours, whose every address begins with a slash."""
    return page.replace('="/', f'="{root}/') if root else page


def contract_under(root: str, document: JsonObject) -> JsonObject:
    """The contract as a deployment with this prefix serves it: the server, the links, and the pattern of links.

    The keys of `paths` and the templates of the process stand below the server's address, and stay.
    """
    if not root:
        return document
    moved: JsonObject = _under(root, document)
    return moved | {"servers": [server | {"url": root} for server in document["servers"]]}


def _under(root: str, value: Any) -> Any:
    if isinstance(value, str):
        moved = root + value if value.startswith(_PREFIXED) and "{" not in value else value
        return moved.replace("](/", f"]({root}/")
    if isinstance(value, list):
        return [_under(root, each) for each in value]
    if not isinstance(value, dict):
        return value
    inside = {name: _under(root, each) for name, each in value.items()}
    if value.get("format") == "uri-reference" and value.get("pattern") == _PATTERN:
        inside["pattern"] = f"^{root.replace('.', '[.]')}/v1/"
    return inside
