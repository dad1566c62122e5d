"""Each change that breaks a client of the last release is named; a compatible change passes."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import breaking_changes
from scripts.breaking_changes import OPENAPI, faults, main, releases

RELEASED = Path(__file__).parent / "released.yaml"
LIST, CREATE = ("paths", "/v1/sites", "get"), ("paths", "/v1/sites", "post")
SENT = ("components", "schemas", "SiteCreate", "properties")
ANSWERED = ("components", "schemas", "Site", "properties")
CHANGELOG = "## 1.1.0 – today\n"

Document = dict[str, Any]
Change = Callable[[Document], object]


def _at(document: Document, *path: str | int) -> Any:
    found: Any = document
    for step in path:
        found = found[step]
    return found


def _put(*path: str | int, **values: object) -> Change:
    return lambda document: _at(document, *path).update(values)


def _add(*path: str | int, value: object) -> Change:
    return lambda document: _at(document, *path).append(value)


def _remove(*path: str | int) -> Change:
    return lambda document: _at(document, *path[:-1]).pop(path[-1])


# Each with what has to be said of it: the end of the place, or a word of the sentence, and the rule.
BREAKS: dict[str, tuple[Change, str, str]] = {
    "a path is removed": (_remove("paths", "/v1/sites/closed"), "sites~1closed", "path-removed"),
    "an operation is removed": (_remove("paths", "/v1/sites", "delete"), "/delete", "operation-removed"),
    "an operationId changes": (_put(*LIST, operationId="allSites"), "allSites", "operation-id-changed"),
    "a status is removed": (_remove(*LIST, "responses", "404"), "404", "response-removed"),
    "a success has another status": (
        lambda document: _at(document, *CREATE, "responses").update(
            {"200": _at(document, *CREATE, "responses").pop("201")}
        ),
        "201",
        "response-removed",
    ),
    "a property of an answer is removed": (_remove(*ANSWERED, "learners"), "learners", "property-removed"),
    "a property of an answer becomes optional": (
        _put("components", "schemas", "Site", required=["id", "name", "status", "closed_at"]),
        "`reference`",
        "required-properties-removed",
    ),
    "a property of an answer can be null": (
        _put(*ANSWERED, closed_at={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "`closed_at` widened",
        "schema-type-changed",
    ),
    "a property of an answer has a wider type": (
        _put(*ANSWERED, "rooms", type="number"),
        "rooms",
        "schema-type-changed",
    ),
    "a property of an answer has another type": (
        _put(*ANSWERED, "town", type="integer"),
        "town",
        "schema-type-changed",
    ),
    "a property of an answer loses its format": (
        _remove(*ANSWERED, "id", "format"),
        "`id`",
        "schema-constraint-changed",
    ),
    "a property of an answer has a wider limit": (
        _put(*ANSWERED, "name", maxLength=60),
        "`name`",
        "schema-constraint-changed",
    ),
    "a property is taken no more": (_remove(*SENT, "website"), "website", "property-removed"),
    "a choice that is sent loses a value": (
        _put("components", "schemas", "Kind", enum=["main"]),
        "`Kind` lost",
        "enum-values-removed",
    ),
    "a new property is required": (
        lambda document: (
            _put(*SENT, code={"type": "string"})(document),
            _add("components", "schemas", "SiteCreate", "required", value="code")(document),
        ),
        "`code`",
        "required-properties-added",
    ),
    "a property becomes required": (
        _add("components", "schemas", "SiteCreate", "required", value="email"),
        "`email`",
        "required-properties-added",
    ),
    "a parameter becomes required": (_put(*LIST, "parameters", 0, required=True), "text", "parameter-became-required"),
    "a header becomes required": (
        _put(*CREATE, "parameters", 0, required=True),
        "Idempotency-Key",
        "parameter-became-required",
    ),
    "a new parameter is required": (
        _add(
            *CREATE, "parameters", value={"name": "new", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "`new`",
        "parameter-became-required",
    ),
    "a parameter is taken no more": (_remove(*LIST, "parameters", 2), "late", "parameter-removed"),
    "a parameter can be less long": (
        _put(*LIST, "parameters", 0, "schema", maxLength=9),
        "parameters/0/schema",
        "schema-constraint-changed",
    ),
    "a text can be less long": (_put(*SENT, "name", maxLength=40), "maxLength", "schema-constraint-changed"),
    "a text must be longer": (_put(*SENT, "town", minLength=3), "minLength", "schema-constraint-changed"),
    "a text gets a limit": (_put(*SENT, "telephone", maxLength=40), "telephone", "schema-constraint-changed"),
    "a text gets a pattern": (_put(*SENT, "postcode", pattern="^[A-Z]"), "pattern", "schema-constraint-changed"),
    "a text gets a format": (_put(*SENT, "opened_on", format="date"), "opened_on", "schema-constraint-changed"),
    "a number can be less large": (
        _put(*SENT, "learners", maximum=99),
        "Upper bound of `learners`",
        "schema-constraint-changed",
    ),
    "a list can be less long": (_put(*SENT, "rooms", maxItems=4), "maxItems", "schema-constraint-changed"),
    "what is sent has another type": (_put(*SENT, "staff", type="string"), "staff", "schema-type-changed"),
    "a text behind a choice of types can be less long": (
        _put(*SENT, "note", "anyOf", 0, maxLength=40),
        "note",
        "schema-constraint-changed",
    ),
    "a shared schema is narrowed": (
        _put("components", "schemas", "Address", "properties", "lines", maxItems=3),
        "lines",
        "schema-constraint-changed",
    ),
    "a new scope is needed": (
        _put(*LIST, security=[{"client": ["sites_all"]}]),
        "sites_all",
        "security-requirement-changed",
    ),
    "a media type is answered no more": (
        _remove(*LIST, "responses", "200", "content", "text/csv"),
        "text~1csv",
        "media-type-removed",
    ),
    "a media type is taken no more": (
        _remove(*CREATE, "requestBody", "content", "application/x-www-form-urlencoded"),
        "urlencoded",
        "media-type-removed",
    ),
    "a header is answered no more": (
        _remove(*LIST, "responses", "200", "headers", "ETag"),
        "ETag",
        "response-header-removed",
    ),
}

HARMLESS: dict[str, Change] = {
    "a new property that can be left out": _put(*SENT, code={"type": "string"}),
    "a new operation": _put("paths", "/v1/sites", put={"operationId": "putSites", "responses": {"204": {}}}),
    "a new status": _put(*LIST, "responses", **{"410": {"description": "Gone."}}),
    "a new header": _put(*LIST, "responses", "200", "headers", Link={"schema": {"type": "string"}}),
    "a new property in an answer": _put(*ANSWERED, code={"type": "string"}),
    "a property of an answer that is always there now": _add("components", "schemas", "Site", "required", value="town"),
    "a new value in an answer": _put("components", "schemas", "Status", enum=["open", "closed", "planned"]),
    "a new value that is taken": _put("components", "schemas", "Kind", enum=["main", "delivery", "satellite"]),
    "a parameter that can be left out": _add(
        *LIST, "parameters", value={"name": "new", "in": "query", "schema": {"type": "string"}}
    ),
    "a text can be longer": _put(*SENT, "name", maxLength=60),
    "a text can be shorter": _put(*SENT, "town", minLength=1),
    "a limit goes": _remove(*SENT, "postcode", "maxLength"),
    "an answer is shorter": _put(*ANSWERED, "name", maxLength=40),
    "another way to sign in": _add(*CREATE, "security", value={"client": ["sites_all"]}),
    "a description": _put(*ANSWERED, "name", description="What it is called."),
}


def _released() -> Document:
    document: Document = yaml.safe_load(RELEASED.read_text(encoding="utf-8"))
    return document


def _write(folder: Path, changes: list[Change], version: str = "1.1.0") -> Path:
    """The released contract with all of these changes at once: they are made at different places, one run names all."""
    document = copy.deepcopy(_released())
    for change in changes:
        change(document)
    document["info"]["version"] = version
    file = folder / "openapi.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of all the breaks together."""
    changed = _write(tmp_path_factory.mktemp("broken"), [change for change, _, _ in BREAKS.values()])
    return faults(RELEASED, changed, CHANGELOG)


@pytest.mark.parametrize("kind", BREAKS)
def test_a_break_is_named(kind: str, named: list[str]) -> None:
    _, place, rule = BREAKS[kind]
    assert [fault for fault in named if place in fault and rule in fault]


def test_a_compatible_change_passes(tmp_path: Path) -> None:
    assert faults(RELEASED, _write(tmp_path, list(HARMLESS.values())), CHANGELOG) == []


@pytest.mark.parametrize(
    ("before", "now", "values", "breaks"),
    [
        (2, 3, ["main", "delivery", "satellite"], False),
        (2, 4, ["main", "delivery", "satellite"], True),
        (2, 3, ["main", "delivery"], True),
        (1, 2, ["main", "delivery"], True),
        (2, None, ["main", "delivery", "satellite"], True),
    ],
)
def test_a_list_of_an_enums_values_may_grow_with_the_enum_only(
    before: int, now: int | None, values: list[str], breaks: bool, tmp_path: Path
) -> None:
    """In an answer, where a client may rely on the limit."""

    def kinds(most: int | None) -> Change:
        limit = {} if most is None else {"maxItems": most}
        return _put(*ANSWERED, kinds={"type": "array", "items": {"$ref": "#/components/schemas/Kind"}, **limit})

    released = _released()
    kinds(before)(released)
    (tmp_path / "released.yaml").write_text(yaml.safe_dump(released), encoding="utf-8")
    changed = _write(tmp_path, [kinds(now), _put("components", "schemas", "Kind", enum=values)])
    found = faults(tmp_path / "released.yaml", changed, CHANGELOG)
    assert any("maxItems" in fault for fault in found) is breaks, found


LONG_LINES = r"^[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\t]*" + "[^a]" * 30 + "$"


@pytest.mark.parametrize(
    ("now", "breaks"),
    [({"format": "multi-line"}, False), ({"format": "single-line"}, True), ({"pattern": "^[a-z]*$"}, True)],
)
def test_a_long_pattern_may_become_the_format_that_refuses_the_same(
    now: dict[str, str], breaks: bool, tmp_path: Path
) -> None:
    before = _released()
    _put(*SENT, "postcode", pattern=LONG_LINES)(before)
    (tmp_path / "released.yaml").write_text(yaml.safe_dump(before), encoding="utf-8")
    found = faults(tmp_path / "released.yaml", _write(tmp_path, [_put(*SENT, "postcode", **now)]), CHANGELOG)
    assert any("schema-constraint-changed" in fault or "format" in fault for fault in found) is breaks, found


@pytest.mark.parametrize(
    ("scopes", "breaks"),
    [("invoices:read|payments:write|events:read|more:too", False), ("invoices:read", True)],
)
def test_a_list_of_scopes_may_grow(scopes: str, breaks: bool, tmp_path: Path) -> None:
    before = _released()
    first = "invoices:read|payments:write|events:read"
    _put(*SENT, "postcode", pattern=f"^(?:{first})(?: (?:{first}))*$")(before)
    (tmp_path / "released.yaml").write_text(yaml.safe_dump(before), encoding="utf-8")
    now = _put(*SENT, "postcode", pattern=f"^(?:{scopes})(?: (?:{scopes}))*$")
    found = faults(tmp_path / "released.yaml", _write(tmp_path, [now]), CHANGELOG)
    assert any("schema-constraint-changed" in fault for fault in found) is breaks, found


def test_each_harmless_change_is_seen(tmp_path: Path) -> None:
    """Nothing passes because it was not looked at: the same changes without a new version are refused."""
    found = faults(RELEASED, _write(tmp_path, list(HARMLESS.values()), version="1.0.0"), "## 1.0.0\n")
    assert found == ["The contract differs from 1.0.0, and its version is 1.0.0: raise it in skeleton.yaml."]


def test_a_version_without_a_section_in_the_changelog_is_refused(tmp_path: Path) -> None:
    found = faults(RELEASED, _write(tmp_path, []), "## 1.1.01 – another\n\nNothing of 1.1.0\n")
    assert found == ["openapi/CHANGELOG.md has no section for 1.1.0."]


def test_releases_come_in_the_order_of_their_versions(tmp_path: Path) -> None:
    assert releases(tmp_path) == []
    for version in ("1.0.0", "1.10.0", "1.9.3"):
        (tmp_path / f"{version}.yaml").touch()
    assert [file.stem for file in releases(tmp_path)] == ["1.0.0", "1.9.3", "1.10.0"]


def test_a_break_fails_the_command_and_no_release_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(tmp_path, [BREAKS["an operation is removed"][0]])
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    assert main(tmp_path) == 0
    assert "No release" in capsys.readouterr().out
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / "1.0.0.yaml").write_bytes(RELEASED.read_bytes())
    assert main(tmp_path) == 1
    assert "operation-removed" in capsys.readouterr().out


def test_every_release_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A break that the last release has already is still a break of the first one."""
    current = _write(tmp_path, [BREAKS["an operation is removed"][0]])
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / "1.0.0.yaml").write_bytes(RELEASED.read_bytes())
    (tmp_path / "released" / "1.1.0.yaml").write_bytes(current.read_bytes())
    assert main(tmp_path) == 1
    assert "Compared with 1.1.0.yaml: nothing breaks." in capsys.readouterr().out


def test_every_exemption_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them exactly these breaks are named, so none outlives its reason."""
    exempt = breaking_changes.NO_BREAKS
    monkeypatch.setattr(breaking_changes, "NO_BREAKS", frozenset())
    named = faults(
        OPENAPI / "released" / "1.0.0.yaml",
        OPENAPI / "openapi.yaml",
        (OPENAPI / "CHANGELOG.md").read_text(encoding="utf-8"),
    )
    assert {fault.rpartition(" (")[0] for fault in named} == exempt
