"""The query parameters of every list."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import CURSOR_EXAMPLE
from app.schemas.fields import Timestamp
from app.schemas.refused import refused
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
Asked = Annotated[str, one_line(1, 200)]
"""A number, name or id to find exactly as it is spelt."""


class ExternalQuery(ListQuery):
    """The filters of a list of what finance systems have, too."""

    external_system: Annotated[
        Asked | None,
        Field(
            description="The finance system that has what you look for; case makes no difference. Send it together "
            "with `external_id`.",
            examples=["xero"],
        ),
    ] = None
    external_id: Annotated[
        Asked | None,
        Field(
            description="Return only what has this id in that system.",
            examples=["b26fd49a-cbae-470a-a8f8-bcbc119e0379"],
            validate_default=True,
        ),
    ] = None

    @field_validator("external_id")
    @classmethod
    def _both_or_neither(cls, value: str | None, info: ValidationInfo) -> str | None:
        # A malformed system is absent from `data` and already has its own fault.
        if "external_system" in info.data and (value is None) != (info.data["external_system"] is None):
            raise refused(
                InputFaultCode.BOTH_OR_NEITHER, "Send external_system and external_id together, or neither of them."
            )
        return value


UpdatedSince = Annotated[
    Timestamp | None,
    Field(
        description="Return only what changed at or after this moment, oldest change first. To follow the "
        "changes, send the last `updated_at` that you read: no change is passed over, and those of that moment come "
        "again.",
        examples=[example.PAYMENT_RECORDED_AT],
    ),
]
