"""Every example in the contract is valid, and the examples agree with each other."""

from io import BytesIO

import pytest

from app.domain.sections import DetailsGroup
from app.integrations.inspection import FileKind
from app.integrations.inspection.inspector import inspect
from tests.contract.reading import described, document, faults, resolved

_JSON = ("application/json", "application/merge-patch+json", "application/problem+json")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def test_the_validator_finds_faults() -> None:
    """The positive control: a wrong type, a wrong format, and an unknown member."""
    site = {"$ref": "#/components/schemas/SiteCreate"}
    right = document()["components"]["schemas"]["SiteCreate"]["examples"][0]
    assert faults(site, right) == []
    assert faults(site, right | {"name": 1})
    assert faults(site, right | {"no_such": 1})
    assert faults({"type": "string", "format": "date-time"}, "yesterday")


def test_every_body_has_valid_examples() -> None:
    """Requests of every media type, successes and problems."""
    for operation in described():
        for where, media_type, body in operation.bodies():
            assert body.get("examples"), where
            assert "example" not in body, where
            for name, example in body["examples"].items():
                shown = resolved(example)
                assert shown["summary"], (where, name)
                if media_type in (*_JSON, *_FORMS):
                    assert faults(body["schema"], shown["value"]) == [], (where, name)
                else:
                    assert isinstance(shown["value"], str), (where, name)


def test_examples_of_schemas_and_properties_are_valid() -> None:
    """The examples that tools show beside the schema."""
    for name, schema in document()["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            assert faults({"$ref": f"#/components/schemas/{name}"}, example) == [], name
        for property_name, described_ in schema.get("properties", {}).items():
            for example in described_.get("examples", ()):
                assert faults(described_, example) == [], (name, property_name, example)


def test_examples_of_parameters_and_headers_are_valid() -> None:
    """A cursor's example belongs to one list, so no schema can constrain it further."""
    for operation in described():
        for parameter in operation.parameters:
            where = (operation.id, parameter["name"])
            assert faults(parameter["schema"], parameter["example"]) == [], where
    for name, header in document()["components"]["headers"].items():
        assert faults(header["schema"], header["example"]) == [], name


def test_every_group_of_the_details_has_a_valid_example() -> None:
    """The body is a `oneOf`: each member has an example that is valid against it."""
    (operation,) = (found for found in described() if found.id == "saveApplicationDetailsGroup")
    for media_type in ("application/json", "application/merge-patch+json"):
        content = operation.item["requestBody"]["content"][media_type]
        assert content["schema"] == {"$ref": "#/components/schemas/ApplicationDetailsGroupPatch"}
        assert len(content["examples"]) == len(DetailsGroup)
        for name, example in content["examples"].items():
            assert faults({"$ref": f"#/components/schemas/{name}"}, resolved(example)["value"]) == [], name


def test_an_example_id_in_a_path_matches_the_schema() -> None:
    """A parameter has the same id as the examples of its resource."""
    examples = document()["components"]["examples"]
    parameters = document()["components"]["parameters"]
    assert parameters["ApplicationId"]["example"] == examples["Application"]["value"]["id"]
    assert parameters["CentreId"]["example"] == examples["Centre"]["value"]["id"]
    assert parameters["UserId"]["example"] == examples["CentreUser"]["value"]["id"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UploadPolicyForm", FileKind.RTF),
        ("SendActionEvidenceForm", FileKind.RTF),
        ("PublishDocumentForm", FileKind.PDF),
    ],
)
def test_the_example_file_of_an_upload_is_accepted(name: str, kind: FileKind) -> None:
    """It is text, and a complete file of an accepted type."""
    text = document()["components"]["examples"][name]["value"]["file"]
    assert inspect(BytesIO(text.encode("ascii")), filename=None, limit_bytes=1000).kind is kind
