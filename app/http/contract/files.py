"""Where the document is kept, and how it is served: as OpenAPI 3.1, and as 3.0.3 for tools that know no other."""

import json
import re
from pathlib import Path
from threading import Lock

import yaml
from fastapi import FastAPI

from app.domain.json_values import JsonObject
from app.http.contract.document import build
from app.http.contract.older import as_3_0
from app.http.root_path import contract_under

_FOLDER = Path(__file__).parents[3] / "openapi"
PATH = _FOLDER / "openapi.yaml"
OLDER_PATH = _FOLDER / "openapi-3.0.yaml"


def install(app: FastAPI) -> None:
    """Have the app serve this document, made once when it is first asked for, however many ask at once."""
    making = Lock()

    def document() -> JsonObject:
        with making:
            if app.openapi_schema is None:
                app.openapi_schema = build(app)
            return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def as_json(app: FastAPI, root: str) -> bytes:
    """Render the document as JSON, as it is under ROOT_PATH; the first time takes a second."""
    return json.dumps(contract_under(root, app.openapi())).encode()


def as_older_json(app: FastAPI, root: str) -> bytes:
    """Render the copy in OpenAPI 3.0.3 as JSON."""
    return json.dumps(as_3_0(contract_under(root, app.openapi()))).encode()


def as_yaml(app: FastAPI, root: str) -> bytes:
    """Render the document as YAML; without a ROOT_PATH it is the file."""
    return dump(contract_under(root, app.openapi())).encode() if root else PATH.read_bytes()


def as_older_yaml(app: FastAPI, root: str) -> bytes:
    """Render the copy in OpenAPI 3.0.3 as YAML; without a ROOT_PATH it is the file."""
    return dump(as_3_0(contract_under(root, app.openapi()))).encode() if root else OLDER_PATH.read_bytes()


_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class _Dumper(yaml.SafeDumper):
    """YAML for a person's eyes: without anchors, so that each place can be read by itself."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_lines(self, data: str) -> yaml.ScalarNode:
        """Several lines as several lines; a carriage return can only be written in quotes.

        PyYAML leaves `0088` bare, which is a text in YAML 1.1 and a number in YAML 1.2.
        """
        style = "|" if "\n" in data and "\r" not in data else "'" if _NUMBER.fullmatch(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.represent_lines)


def dump(document: JsonObject) -> str:
    """The document as YAML."""
    header = "# Made by `make contract` from the running app; a check fails when the two differ. Review it like code.\n"
    return header + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def texts(app: FastAPI) -> dict[Path, str]:
    """What each of the two files has to say."""
    document = build(app)
    return {PATH: dump(document), OLDER_PATH: dump(as_3_0(document))}


def write(app: FastAPI) -> None:
    """Write both files."""
    _FOLDER.mkdir(exist_ok=True)
    for path, text in texts(app).items():
        path.write_text(text, encoding="utf-8")


def out_of_date(app: FastAPI) -> list[str]:
    """The names of the files that do not say what the app does."""
    return [
        path.name for path, text in texts(app).items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
