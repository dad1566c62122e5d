"""Every schema of the contract: described, limited and exemplified, in requests and answers alike.

Each test goes through all of them and names every gap, so that a new schema cannot lack what the others have.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

import jsonschema_rs
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.models.base import Base
from app.schemas.base import Request
from app.schemas.event_data import EVENT_DATA
from app.schemas.formats import FORMATS
from app.schemas.text import one_line, several_lines
from tests.conformance.plugin import current

Schema = dict[str, Any]
Place = tuple[str, Schema]

STANDARD_FORMATS = {"date", "date-time", "uuid", "uri-reference", "binary", "int32", "int64"}
# Arbitrary JSON: recorded values of other schemas, already limited there.
ANYTHING = {"RecordedValue"}
_UUID_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAYS_HOW_LONG = {"maxLength", "pattern", "format", "enum", "const"}


def schemas() -> dict[str, Schema]:
    found: dict[str, Schema] = current().document["components"]["schemas"]
    return found


@cache
def properties() -> list[tuple[str, str, Schema]]:
    """Each property of each schema: schema name, property name, definition."""
    return [
        (name, key, described) for name, schema in schemas().items() for key, described in _properties(schema).items()
    ]


def _properties(schema: Schema) -> dict[str, Schema]:
    return dict(schema.get("properties", {}))


@cache
def places() -> list[Place]:
    """Every schema and subschema with its path, such as `Site.address` or `Page.items[]`."""
    return [place for name, schema in schemas().items() for place in _parts(name, schema)]


def _parts(where: str, schema: Schema) -> Iterator[Place]:
    yield where, schema
    for key, described in _properties(schema).items():
        yield from _parts(f"{where}.{key}", described)
    for kind in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(kind, ()):
            yield from _parts(f"{where}|", option)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(schema.get(key), dict):
            yield from _parts(where + mark, schema[key])


def test_no_schema_is_missed() -> None:
    assert len(schemas()) > 200
    assert len(properties()) > 1000


def test_every_schema_is_described_and_has_an_example() -> None:
    gaps = [f"{name}: no description" for name, schema in schemas().items() if not schema.get("description")]
    # A `oneOf` has the examples of its members.
    choices = {name for name, schema in schemas().items() if "oneOf" in schema or "anyOf" in schema}
    gaps += [f"{name}: no example" for name in schemas().keys() - choices if not schemas()[name].get("examples")]
    assert gaps == []


def test_every_property_is_described_and_has_an_example() -> None:
    gaps = [
        f"{name}.{key}: no description" for name, key, described in properties() if not described.get("description")
    ]
    gaps += [
        f"{name}.{key}: no example"
        for name, key, described in properties()
        if not described.keys() & {"examples", "const", "enum", "$ref"}
    ]
    assert gaps == []


def test_every_string_has_a_maximum_length() -> None:
    texts = [(where, schema) for where, schema in places() if schema.get("type") == "string"]
    assert [where for where, schema in texts if not schema.keys() & _SAYS_HOW_LONG] == []


def test_every_list_has_a_maximum_length() -> None:
    lists = [(where, schema) for where, schema in places() if schema.get("type") == "array"]
    assert [where for where, schema in lists if "maxItems" not in schema] == []


def test_every_number_has_bounds() -> None:
    numbers = [(where, schema) for where, schema in places() if schema.get("type") in ("integer", "number")]
    assert [where for where, schema in numbers if not {"minimum", "maximum"} <= schema.keys()] == []


def test_every_map_has_typed_values_and_a_maximum_size() -> None:
    loose = [
        where
        for where, schema in places()
        if schema.get("type") == "object"
        and "properties" not in schema
        and not (isinstance(schema.get("additionalProperties"), dict) and "maxProperties" in schema)
    ]
    assert loose == []


def test_nothing_is_left_untyped() -> None:
    typed = {"type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf"}
    untyped = {where for where, schema in places() if not schema.keys() & typed}
    assert untyped == ANYTHING


def test_every_enumeration_and_every_object_has_a_name() -> None:
    """Each generator would invent another name."""
    inner = [(where, schema) for where, schema in places() if where not in schemas()]
    assert [where for where, schema in inner if "enum" in schema or "properties" in schema] == []


def test_no_schema_has_a_duplicate() -> None:
    """No two schemas have the same values or properties, except request and response, creation and change, and the
    data of events, where each type has a separate schema."""
    named: dict[str, list[str]] = {}
    payloads = {model.__name__ for model in EVENT_DATA.values()}
    for name, schema in schemas().items():
        if name in payloads:
            continue
        shape = {key: schema.get(key) for key in ("enum", "properties", "required", "additionalProperties")}
        if shape["enum"] or shape["properties"]:
            named.setdefault(repr(_bare(shape)), []).append(name)
    assert [names for names in named.values() if len(names) > 1] == []
    assert [name for name in schemas() if re.search(r"Input$|Output$|^Body_|-|__", name) and name not in INPUTS] == []


# Our suffix for requests, where the response has the plain name; the framework's suffixes have a hyphen.
INPUTS = {"AddressInput", "InitialSuperUserInput", "MoneyInput", "RequiredActionInput"}


def _bare(node: Any) -> Any:
    """The node without annotations."""
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in sorted(node.items()) if key not in ("description", "examples")}
    return [_bare(item) for item in node] if isinstance(node, list) else node


def test_every_property_of_a_response_is_required() -> None:
    """Empty properties are null. Only problems have optional members."""
    cases = {name for name in _reachable("responses") if name != "Problem"}
    assert len(cases) > 100
    optional = [
        f"{name}.{key}"
        for name in sorted(cases)
        for key in _properties(schemas()[name])
        if key not in schemas()[name].get("required", ())
    ]
    assert optional == []


def _reachable(kind: str) -> set[str]:
    """The schemas reachable from the `requestBody` or `responses` of all operations."""
    document = current().document
    waiting = [operation.get(kind) for item in document["paths"].values() for operation in item.values()]
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            reference = node.get("$ref", "")
            if reference.startswith("#/components/responses/"):
                waiting.append(document["components"]["responses"][reference.rsplit("/", 1)[1]])
            elif reference.startswith("#/components/schemas/") and (name := reference.rsplit("/", 1)[1]) not in found:
                found.add(name)
                waiting.append(schemas()[name])
            waiting += [value for key, value in node.items() if key not in ("examples", "links")]
    return found


def test_every_example_is_valid() -> None:
    document = {"components": {"schemas": schemas()}}
    registry = jsonschema_rs.Registry([("urn:contract", document)])
    wrong = []
    for where, examples in _exemplified():
        validator = jsonschema_rs.validator_for(
            {"$ref": f"urn:contract#/components/schemas/{where}"}, registry=registry, validate_formats=True
        )
        for example in examples:
            wrong += [f"{where}: {error.message[:200]}" for error in validator.iter_errors(example)]
    assert wrong == []


def _exemplified() -> Iterator[tuple[str, list[Any]]]:
    for name, schema in schemas().items():
        if "examples" in schema:
            yield name, schema["examples"]
        for key, described in _properties(schema).items():
            if "examples" in described:
                yield f"{name}/properties/{key.replace('~', '~0').replace('/', '~1')}", described["examples"]


def test_every_id_in_an_example_is_a_uuid_of_version_7() -> None:
    ids = {found for _, examples in _exemplified() for found in _UUID.findall(repr(examples))}
    # An id of another system.
    foreign = {"b26fd49a-cbae-470a-a8f8-bcbc119e0379"}
    assert {id_ for id_ in ids if not _UUID_7.fullmatch(id_)} <= foreign


def test_every_pattern_is_portable() -> None:
    """For ECMA-262, Python and Rust: anchored at both ends, no lookaround, no Unicode property."""
    patterns = {schema["pattern"] for _, schema in places() if "pattern" in schema}
    assert len(patterns) > 20
    for pattern in patterns:
        re.compile(pattern)
        assert not jsonschema_rs.validator_for({"pattern": pattern}).is_valid("\x00"), pattern
        assert re.search(r"\(\?[^:]|\\[pPAZz]|\\x\{|\\u\{", pattern) is None, pattern
        assert pattern.startswith("^"), pattern


def test_no_pattern_is_long() -> None:
    """A rule that takes a long pattern is a named format."""
    assert [schema["pattern"] for _, schema in places() if len(schema.get("pattern", "")) > 120] == []


@pytest.mark.parametrize("name", [name for name, described in FORMATS.items() if described.pattern])
@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (" \u00ada ", (True, True)),
        ("one\ttwo\nthree", (False, True)),
        ("\u00ad\u200b", (False, False)),
        (" \u00a0", (False, False)),
        ("a\x00", (False, False)),
        ("a\u202e", (False, False)),
        ("a\u2066", (False, False)),
        ("a\x85", (False, False)),
    ],
)
def test_the_pattern_of_a_format_takes_what_the_field_takes(name: str, value: str, taken: tuple[bool, bool]) -> None:
    field = TypeAdapter(Annotated[str, one_line(1, 40) if name == "single-line" else several_lines(1, 40)])
    expected = taken[name == "multi-line"]
    assert bool(re.search(str(FORMATS[name].pattern), value)) is expected
    assert _takes(field, value) is expected


def _takes(field: TypeAdapter[str], value: str) -> bool:
    try:
        field.validate_python(value)
    except ValidationError:
        return False
    return True


def test_every_format_is_a_known_one() -> None:
    """Formats beyond JSON Schema and OpenAPI are listed in the table with sample values."""
    used = {schema["format"] for _, schema in places() if "format" in schema}
    assert used - STANDARD_FORMATS == FORMATS.keys()


def _requests() -> dict[str, type[BaseModel]]:
    """The request models, by schema name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [Request]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__name__ in schemas():
            found[model.__name__] = model
    return found


def _sent(place: str) -> list[tuple[str, type[BaseModel], str, Schema]]:
    """Request properties with the keyword `place`: schema, model, property, definition."""
    return [
        (name, model, key, option)
        for name, model in sorted(_requests().items())
        for key, described in _properties(schemas()[name]).items()
        for option in (described, *described.get("anyOf", ()))
        if place in option and "const" not in option
    ]


def _refusal(model: type[BaseModel], name: str, key: str, value: Any) -> str:
    """The error code for this value of the property, or an empty string."""
    try:
        model.model_validate({**schemas()[name]["examples"][0], key: value})
    except ValidationError as error:
        kinds = [found["type"] for found in error.errors() if found["loc"][:1] == (key,)]
        return kinds[0] if kinds else ""
    return ""


def test_documented_lengths_are_enforced() -> None:
    cases = _sent("maxLength")
    assert len(cases) > 60
    for name, model, key, described in cases:
        for length in (described["maxLength"], described["maxLength"] + 1):
            refused = _refusal(model, name, key, "a" * length) == "string_too_long"
            assert refused is (length > described["maxLength"]), f"{name}.{key} at {length}"


def test_documented_list_lengths_are_enforced() -> None:
    cases = [one for one in _sent("maxItems") if schemas()[one[0]]["examples"][0].get(one[2])]
    assert len(cases) > 8
    for name, model, key, described in cases:
        (first, *_) = schemas()[name]["examples"][0][key]
        refusals = [
            _refusal(model, name, key, [first] * count) for count in (described["maxItems"], described["maxItems"] + 1)
        ]
        assert refusals[0] in ("", "duplicate_items"), f"{name}.{key}"
        assert refusals[1] == "too_long", f"{name}.{key}"


def test_documented_bounds_are_enforced() -> None:
    cases = [one for one in _sent("maximum") if one[3].get("type") == "integer"]
    assert len(cases) > 4
    for name, model, key, described in cases:
        low, high = int(described["minimum"]), int(described["maximum"])
        refusals = [_refusal(model, name, key, value) for value in (low, high, low - 1, high + 1)]
        assert refusals == ["", "", "greater_than_equal", "less_than_equal"], f"{name}.{key}"


@pytest.mark.parametrize("name", sorted(FORMATS.keys()))
def test_samples_of_a_format_are_accepted(name: str) -> None:
    cases = [one for one in _sent("format") if one[3]["format"] == name]
    assert cases, "no request uses it"
    for schema, model, key, described in cases:
        for sample in FORMATS[name].samples:
            assert "pattern" not in described or re.search(described["pattern"], sample), f"{schema}.{key}: {sample}"
            if "minLength" not in described or len(sample) >= described["minLength"]:
                # A pointer is a line of text that begins with a slash.
                expected = (
                    "invalid_pointer" if (schema, key, name) == ("ReturnItemCreate", "pointer", "single-line") else ""
                )
                assert _refusal(model, schema, key, sample) == expected, f"{schema}.{key}: {sample}"


# Request schemas, with the response schemas that later return their values.
_STORED = {
    "InitialApplicationCreate": ("InitialApplication", "InitialApplicationReceipt", "InitialApplicationSummary"),
    "InitialSuperUserInput": ("InitialSuperUser", "CentreUser", "Me"),
    "AddressInput": ("Address",),
    "SiteCreate": ("Site", "SubmittedSite"),
    "ContactCreate": ("Contact", "SubmittedContact"),
    "CentreUserInvite": ("CentreUser",),
    "StaffMemberCreate": ("StaffMember",),
    "IntegrationClientCreate": ("IntegrationClient",),
    "DueDiligenceCheckCreate": ("DueDiligenceCheck",),
    "InterviewCreate": ("Interview",),
    "InterviewOutcomeCreate": ("Interview",),
    "RecommendationCreate": ("Recommendation",),
    "RequiredActionInput": ("RequiredAction", "Action"),
    "DecisionCreate": ("Decision",),
    "ReviewCreate": ("Review",),
    "ReturnItemCreate": ("ReturnItem",),
    "ReturnItemAnswer": ("ReturnItem", "SubmittedAnswer"),
    "PaymentCreate": ("LedgerEntry",),
    "UploadPolicyForm": ("PolicyVersion",),
    "SendActionEvidenceForm": ("ActionEvidence",),
    "PublishDocumentForm": ("Document",),
    "HistoryDraft": ("HistoryDetails",),
    "ExperienceDraft": ("ExperienceDetails",),
    "ProvisionDraft": ("ProvisionDetails",),
    "LearnerNumbersDraft": ("LearnerNumbersDetails",),
}


def test_response_limits_admit_everything_a_request_can_store() -> None:
    compared, narrow = 0, []
    for sent, answers in _STORED.items():
        for key, described in _properties(schemas()[sent]).items():
            for answer in answers:
                shown = _properties(schemas()[answer]).get(key)
                if shown is None:
                    continue
                compared += 1
                for limit in ("maxLength", "maxItems", "maximum"):
                    accepted, promised = _limit(described, limit), _limit(shown, limit)
                    if promised is not None and accepted is not None and promised < accepted:
                        narrow.append(f"{answer}.{key}: {limit} {promised}, and {sent} takes {accepted}")
    assert compared > 80
    assert narrow == []


def _limit(described: Schema, keyword: str) -> int | None:
    found = [option[keyword] for option in (described, *described.get("anyOf", ())) if keyword in option]
    return max(found) if found else None


def test_request_values_fit_their_columns() -> None:
    """Text columns are unlimited, so the request sets the limit. Keys and postcodes have narrow columns."""
    longest = max(len(value) for schema in schemas().values() for value in schema.get("enum", ()))
    widths = [
        getattr(getattr(column.type, "item_type", column.type), "length", None)
        for table in Base.metadata.sorted_tables
        for column in table.columns
    ]
    assert longest <= 64
    assert {width for width in widths if width is not None} == {3, 10, 40, 64}
    assert _properties(schemas()["AddressInput"])["postcode"]["maxLength"] == 10
    assert _properties(schemas()["MoneyInput"])["currency"]["maxLength"] == 3
    roles = [value for name in ("StaffRole", "CentreRole", "Scope") for value in schemas()[name]["enum"]]
    assert max(map(len, roles)) <= 40
