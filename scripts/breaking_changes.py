"""Compare the contract with its releases, and list every change that breaks a client.

    python scripts/breaking_changes.py

The releases are `openapi/released/*.yaml`: a client of the first one still works, not only one of the last. Without a
release, nothing can break. Each breaking change is printed on one line, and the exit status is 1. It is also 1 if the
contract differs from a release and `info.version` is no higher, or if `openapi/CHANGELOG.md` has no section for that
version.

`redocly diff` finds the breaking changes: it follows references and distinguishes requests from responses. Its rule
`enum-values-added` is off, because enums in responses are documented to grow. Both documents are first stripped of
content that no program acts on: descriptions, examples, a parameter's `deprecated`, and an integer's `format` if its
bounds already imply it. A list that has room for every value of an enum once may grow with the enum: whoever copes with
a value that they do not know copes with one entry more. A long pattern of the first release counts as the named format
that replaced it, and a pattern that lists scopes may list more.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

# A script's own folder is on the path, but the repository's root is not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.node import NodeSetupError, command, environment

Document = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "openapi"
_LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}
_LONGEST_PATTERN = 120
_SPACES = r"^[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000"
_SHORTER = {
    "^ *(?:[0-9]{0,7}[1-9]|": {"pattern": "^ *(?:[0-9]{1,8}|[A-Za-z]{2}[0-9]{6}) *$", "format": "company-number"},
    "^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-": {
        "pattern": r"^(?:19|20)[0-9]{2}-[0-9-]{5}[Tt][0-9:]{8}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9:]{5})$"
    },
}

# Formats that take whatever these patterns of earlier releases took, and more.
_WIDER = {
    r"^ *(?:[0-9]{1,8}|[A-Za-z]{2}[0-9]{6}) *$": "company-number",
    r"^ *(?:[0-9](?: *[0-9]){5,6}(?: *-(?: *[0-9]){1,3})?"
    r"|[Ss] *[Cc](?: *[0-9]){6}|[Nn] *[Ii] *[Cc](?: *[0-9]){6}) *$": "charity-number",
    r"^ *[1-9][0-9]{7} *$": "ukprn",
    r"^ *[1-9][0-9]{5,6} *$": "urn",
    r"^ *[0-9]{5} *$": "ncn",
    r"^ *[0-9]{3}/?[0-9]{4}/?[0-9Xx] *$": "qualification-number",
}

# The first release's scopes. The list grows as an enum does: who asks for no new scope is granted none.
_SCOPES = "^(?:invoices:read|payments:write|events:read"

# A new type of event: its data is one more shape of an object that stays open, beside the enum of types, which grows.
_NEW_EVENT = re.compile(
    r"#/paths/~1v1~1events/get/responses/[^ ]*/properties/data/anyOf/[0-9]+: `anyOf` subschema of `data` was added\."
)

# Exempt because no client can depend on them. The loopback server was only an example: every client sets its own.
# Only a repeated deactivation caused this 409, and it now returns 204. A request that may also send null takes all that
# it took.
NO_BREAKS = frozenset(
    {
        "#/servers/1: Server `http://127.0.0.1:8000` was removed.",
        "#/paths/~1v1~1integration-clients~1{client_id}/delete/responses/409: Response `409` was removed.",
        "#/paths/~1v1~1centres~1{centre_id}/patch/requestBody/content/application~1json/schema/properties/address"
        "/properties/postcode/anyOf: `anyOf` of `postcode` was added.",
        "#/paths/~1v1~1initial-applications/post/requestBody/content/application~1json/schema/properties/address"
        "/properties/postcode/anyOf: `anyOf` of `postcode` was added.",
    }
)


def main(folder: Path = OPENAPI) -> int:
    """Check `folder/openapi.yaml`; return the exit status."""
    found = releases(folder / "released")
    if not found:
        print("No release of the contract yet: nothing can break.")
    changelog = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    return max((_compare(release, folder / "openapi.yaml", changelog) for release in found), default=0)


def releases(folder: Path) -> list[Path]:
    """Return the file of each release, the lowest version first."""
    return sorted(folder.glob("*.yaml"), key=lambda file: _numbers(file.stem))


def _compare(release: Path, current: Path, changelog: str) -> int:
    found = faults(release, current, changelog)
    print(f"Compared with {release.name}: " + (f"{len(found)} faults." if found else "nothing breaks."))
    for fault in found:
        print(f"  {fault}")
    return 1 if found else 0


def faults(release: Path, current: Path, changelog: str) -> list[str]:
    """List every break of `release` in `current`, and a missing version or `changelog` section."""
    report = _report(release, current)
    before, now = report["infoVersions"]["base"], report["infoVersions"]["revision"]
    found = [
        f"{place} ({verdict['ruleId']})"
        for change in report["changes"]
        for verdict in change.get("verdicts", ())
        if verdict["impact"] == "major"
        and (place := f"{change['path']}: {verdict['message']}") not in NO_BREAKS
        and not _NEW_EVENT.fullmatch(place)
    ]
    if report["changes"] and _numbers(now) <= _numbers(before):
        found.append(f"The contract differs from {before}, and its version is {now}: raise it in skeleton.yaml.")
    if not re.search(rf"^## {re.escape(now)}\b", changelog, flags=re.MULTILINE):
        found.append(f"openapi/CHANGELOG.md has no section for {now}.")
    return found


def _report(release: Path, current: Path) -> dict[str, Any]:
    """Return Redocly's report of the changes. Raises `NodeSetupError` if it cannot compare the two."""
    with tempfile.TemporaryDirectory() as folder:
        base, now = _stripped(release), _stripped(current)
        _grow_with_enums(base, now)
        compared = [_write(base, Path(folder) / "base.json"), _write(now, Path(folder) / "now.json")]
        done = subprocess.run(
            [
                *command(ROOT / "clients", "redocly"),
                *("diff", *map(str, compared), "--format", "json", "--skip-rule", "enum-values-added"),
            ],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise NodeSetupError(f"{release} and {current} could not be compared: {done.stderr.strip()}") from None
    return report


def _write(document: Document, file: Path) -> Path:
    file.write_text(json.dumps(document, default=str), encoding="utf-8")
    return file


def _stripped(document: Path) -> Document:
    """Read a contract without its annotations. Redocly would treat a new description inside a `oneOf` as a break."""
    read: Document = yaml.load(document.read_bytes(), yaml.CSafeLoader)
    for schema in read.get("components", {}).get("schemas", {}).values():
        _strip(schema)
    _strip_inline(read)
    return read


def _grow_with_enums(base: Document, now: Document) -> None:
    """Give each list of `now` its limit in `base`, if it has room for every value of an enum once in both."""

    def compare(one: Any, other: Any) -> None:
        if isinstance(one, list) and isinstance(other, list):
            for item, counterpart in zip(one, other, strict=False):
                compare(item, counterpart)
        elif isinstance(one, dict) and isinstance(other, dict):
            if _holds_each_value_once(base, one) and _holds_each_value_once(now, other):
                other["maxItems"] = one["maxItems"]
            for key in one.keys() & other.keys():
                compare(one[key], other[key])

    compare(base, now)


def _holds_each_value_once(document: Document, schema: Document) -> bool:
    items = schema.get("items")
    if not isinstance(items, dict):
        return False
    name = str(items.get("$ref", "")).rpartition("/")[2]
    values = items.get("enum") or document["components"]["schemas"].get(name, {}).get("enum")
    return values is not None and schema.get("maxItems") == len(values)


def _strip_inline(node: Any) -> None:
    """Strip every schema of a parameter, header or media type."""
    if isinstance(node, list):
        for item in node:
            _strip_inline(item)
    elif isinstance(node, dict):
        if {"name", "in"} <= node.keys():
            # Redocly mistakes a newly deprecated parameter for one that was renamed to its replacement.
            for annotation in ("deprecated", "description", "example"):
                node.pop(annotation, None)
        for key, value in node.items():
            if key == "schema":
                _strip(value)
            elif key not in ("example", "examples"):
                _strip_inline(value)


def _strip(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _strip(item)
    if not isinstance(schema, dict):
        return
    for annotation in ("description", "examples"):
        schema.pop(annotation, None)
    _rename_long_pattern(schema)
    largest = _LARGEST.get(str(schema.get("format")))
    if (
        largest is not None
        and -largest <= schema.get("minimum", -largest - 1)
        and schema.get("maximum", largest + 1) <= largest
    ):
        del schema["format"]
    for key, value in schema.items():
        if key == "properties":
            for described in value.values():
                _strip(described)
        elif key not in ("enum", "const", "default", "required"):
            _strip(value)


def _rename_long_pattern(schema: dict[str, Any]) -> None:
    """Give a schema of the first release the format that replaced its long pattern and refuses the same values."""
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and pattern.startswith(_SCOPES):
        schema["pattern"] = _SCOPES
    if pattern in _WIDER:
        del schema["pattern"]
        schema["format"] = _WIDER[pattern]
    if not isinstance(pattern, str) or len(pattern) <= _LONGEST_PATTERN:
        return
    if pattern.startswith(_SPACES):
        del schema["pattern"]
        schema.setdefault("format", "multi-line" if pattern.startswith(_SPACES + r"\t") else "single-line")
    for start, now in _SHORTER.items():
        if pattern.startswith(start):
            schema.update(now)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (NodeSetupError, OSError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
