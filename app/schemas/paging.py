"""What every list can be asked for."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.text import one_line


class ListQuery(BaseModel):
    """The query parameters of every list; a list's own filters are added in a subclass."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100, description="How many items a page holds at most.", examples=[25])] = 25
    cursor: Annotated[
        str | None,
        Field(
            max_length=1500,
            description="The `next_cursor` of the page before; without it the first page.",
            examples=[
                "WyJjZW50cmVzOmNyZWF0ZWRfYXQsaWQ6ZGVzYyIsICIyMDI2LTExLTIzVDEwOjE1OjAwKzAwOjAwIiwgIjAxOThhNTAxLTZjMWQtN2Uy"
                "OC1iM2Y0LThkOWEwYzJlNGIxNyJd"
            ],
        ),
    ] = None


SearchText = Annotated[
    str,
    one_line(1, 100),
    Field(
        description="Words that the name or the reference must hold; the last may be a beginning.", examples=["harbour"]
    ),
]
