"""The base models: requests are strict and closed, responses complete, and examples valid."""

import pytest
from pydantic import Field, ValidationError

from app.schemas.base import Answer, Page, Request, Resource, example_of
from app.schemas.details import DETAILS_SCHEMAS
from app.schemas.fields import EmailAddress, Flag
from app.schemas.initial_applications import InitialApplicationCreate


class Sent(Request):
    """A request."""

    email: EmailAddress | None = Field(default=None, description="An address.")
    flag: Flag


class Thing(Resource):
    """A thing."""

    name: str | None = Field(description="Its name.", examples=[None])


class ThingPage(Page[Thing]):
    """A page of things."""


def test_an_unknown_property_is_refused() -> None:
    with pytest.raises(ValidationError):
        Sent.model_validate({"flag": True, "flags": True})


def test_a_response_has_all_its_properties() -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate({"etag": '"1"'})
    assert set(ThingPage.model_json_schema(mode="serialization")["required"]) == {"items", "next_cursor"}


def test_a_resource_starts_with_its_etag() -> None:
    assert list(Thing.model_fields) == ["etag", "name"]
    assert issubclass(Thing, Answer)


@pytest.mark.parametrize("model", [Sent, InitialApplicationCreate, *DETAILS_SCHEMAS.values()])
def test_an_example_validates_and_names_every_property(model: type[Request]) -> None:
    (example,) = model.model_json_schema()["examples"]
    assert example.keys() == model.model_json_schema()["properties"].keys()
    model.model_validate(example)


def test_examples_of_parts_make_the_example_of_the_whole() -> None:
    assert example_of(ThingPage)["items"] == [{"etag": '"7"', "name": None}]
    assert example_of(Sent) == {"email": "alex.morgan@example.com", "flag": True}
