"""Every example in the contract is valid, and the examples agree with each other."""

from io import BytesIO

import pytest

from app.domain.sections import DetailsGroup
from app.integrations.inspection import FileKind, inspect
from tests.contract.reading import described, document, faults, resolved

_JSON = ("application/json", "application/merge-patch+json", "application/problem+json")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def test_the_judge_sees_what_is_wrong() -> None:
    """So that the tests below can fail: a wrong type, a wrong format, and an unknown member."""
    site = {"$ref": "#/components/schemas/SiteCreate"}
    right = document()["components"]["schemas"]["SiteCreate"]["examples"][0]
    assert faults(site, right) == []
    assert faults(site, right | {"name": 1})
    assert faults(site, right | {"no_such": 1})
    assert faults({"type": "string", "format": "date-time"}, "yesterday")


def test_every_body_has_examples_that_are_valid() -> None:
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
    """Those that tools show beside the schema."""
    for name, schema in document()["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            assert faults({"$ref": f"#/components/schemas/{name}"}, example) == [], name
        for property_name, described_ in schema.get("properties", {}).items():
            for example in described_.get("examples", ()):
                assert faults(described_, example) == [], (name, property_name, example)


def test_examples_of_parameters_and_headers_are_valid() -> None:
    """A cursor's is that of one list, which is why no schema can say more of it."""
    for operation in described():
        for parameter in operation.parameters:
            where = (operation.id, parameter["name"])
            assert faults(parameter["schema"], parameter["example"]) == [], where
    for name, header in document()["components"]["headers"].items():
        assert faults(header["schema"], header["example"]) == [], name


def test_every_group_of_the_details_has_an_example_of_its_own() -> None:
    """The body of one operation is one of several schemas: each is shown, and is valid by its own."""
    (operation,) = (found for found in described() if found.id == "saveApplicationDetailsGroup")
    for media_type in ("application/json", "application/merge-patch+json"):
        content = operation.item["requestBody"]["content"][media_type]
        assert content["schema"] == {"$ref": "#/components/schemas/ApplicationDetailsGroupPatch"}
        assert len(content["examples"]) == len(DetailsGroup)
        for name, example in content["examples"].items():
            assert faults({"$ref": f"#/components/schemas/{name}"}, resolved(example)["value"]) == [], name


def test_an_id_in_a_path_is_that_of_its_schema() -> None:
    """A parameter has the id that the examples of its noun have."""
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
def test_the_document_of_an_upload_can_be_sent_as_it_stands(name: str, kind: FileKind) -> None:
    """It is text, and a whole file of a kind that is taken in."""
    text = document()["components"]["examples"][name]["value"]["file"]
    assert inspect(BytesIO(text.encode("ascii")), filename=None, limit_bytes=1000).kind is kind
