"""The query parameters of every list."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.answered import CURSOR_EXAMPLE
from app.schemas.text import one_line


class ListQuery(BaseModel):
    """The query parameters of every list; a list adds its own filters in a subclass."""

    model_config = ConfigDict(extra="forbid")

    lasting_cursor: ClassVar[bool] = False
    """As in `Page`."""

    limit: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            description="The maximum number of items on a page.",
            examples=[25],
            json_schema_extra={"format": "int32"},
        ),
    ] = 25
    cursor: Annotated[
        str | None,
        Field(
            max_length=1500,
            description="The `next_cursor` of the previous page. Without it, the first page is returned.",
            examples=[CURSOR_EXAMPLE],
        ),
    ] = None


def replaced(name: str, meaning: str, *examples: str) -> Any:
    """A filter that `name` replaces; it stays, deprecated, while 1.x lives. Both can be sent, and then both apply."""
    return Field(
        description=f"Use `{name}` instead. {meaning}",
        examples=list(examples),
        json_schema_extra={"deprecated": True},
    )


SearchText = Annotated[
    str,
    one_line(1, 100),
    Field(
        description="Words to find in the name or the reference. The last word may be incomplete. Accents, case, "
        "apostrophes and hyphens make no difference.",
        examples=["trent"],
    ),
]
