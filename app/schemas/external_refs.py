"""Where an object is in a finance system, and whether it is in step there."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.domain import limits
from app.domain.external_refs import SyncState
from app.domain.refusals.input_faults import InputFaultCode
from app.schemas import example_centre as example
from app.schemas.answered import Note, Title, Word, up_to
from app.schemas.answered import WebAddress as ShownWebAddress
from app.schemas.base import Answer, Request
from app.schemas.fields import Timestamp, WebAddress, choice
from app.schemas.refused import refused
from app.schemas.shared import Moment, described
from app.schemas.text import one_line, several_lines

_ID = "b26fd49a-cbae-470a-a8f8-bcbc119e0379"
_URL = f"https://go.example.com/invoices/{_ID}"


class ExternalRef(Answer):
    """Where an object is in a finance system. Centres do not see it."""

    system: Word = described("The finance system's name, in lower case.", "xero")
    external_id: Title | None = described("The object's id there, or null while it has none.", _ID)
    sync_state: SyncState = described(
        "`pending`: not there yet, or not as it is here; `synced`: there; `failed`: the last attempt failed.", "synced"
    )
    last_error: Note | None = described("What went wrong at the last attempt, or null.", None)
    last_attempt_at: datetime | None = described("When the system last tried, or null.", example.PAYMENT_RECORDED_AT)
    url: ShownWebAddress | None = described("Where people see the object there, or null.", _URL)
    changed_at: Moment = described("When this reference last changed.", example.PAYMENT_RECORDED_AT)


ExternalRefs = Annotated[
    list[ExternalRef],
    up_to(limits.EXTERNAL_REFS),
    Field(description="Where it is in finance systems, by system. Empty for a centre."),
]


class ExternalRefSave(Request):
    """Where the object is in this system now. It replaces what was said before."""

    sync_state: Annotated[SyncState, choice()] = Field(
        description="`pending`, `synced` or `failed`. `synced` needs an `external_id`, `failed` a `last_error`.",
        examples=["synced"],
    )
    external_id: Annotated[str, one_line(1, 200)] | None = Field(
        default=None,
        description="The object's id there. One id belongs to one object of its kind in each system.",
        examples=[_ID],
        validate_default=True,
    )
    last_error: Annotated[str, several_lines(1, 2000)] | None = Field(
        default=None, description="What went wrong at the last attempt.", examples=[None], validate_default=True
    )
    last_attempt_at: Timestamp | None = Field(
        default=None,
        description="When the system last tried: at most five minutes in the future, because clocks differ. If it is "
        "left out, now, except for `pending`.",
        examples=[None],
    )
    url: WebAddress | None = Field(default=None, description="Where people see the object there.", examples=[_URL])

    @field_validator("external_id")
    @classmethod
    def _synced_has_an_id(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("sync_state") is SyncState.SYNCED:
            raise refused(InputFaultCode.REQUIRED, "Enter the id that the object has in the system.")
        return value

    @field_validator("last_error")
    @classmethod
    def _failed_says_why(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("sync_state") is SyncState.FAILED:
            raise refused(InputFaultCode.REQUIRED, "Enter what went wrong.")
        return value
