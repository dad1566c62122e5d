"""Reminders of what stands still, falls due or is late."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain import limits
from app.domain.reminders import ReminderKind
from app.schemas import example_centre as example
from app.schemas.answered import FullName, Title, up_to
from app.schemas.base import Answer, Request
from app.schemas.fields import choice
from app.schemas.ids import LetterId, RemindedOfId
from app.schemas.shared import Moment, described


class SentReminder(Answer):
    """One sending of a reminder."""

    sent_at: Moment = described("When it was sent.", example.REMINDED_AT)
    sent_by_name: FullName | None = described(
        "Who sent it by hand; null if it went out by itself. A centre's users see the awarding organisation's name.",
        None,
    )
    letter_id: LetterId


class Reminder(Answer):
    """A reminder that can be sent, or that was sent."""

    kind: ReminderKind = described("What it is about. More may be added.", "action_due")
    label: Title = described("The kind in words.", "An action's last day is near")
    about_id: RemindedOfId
    about_at: Moment = described(
        "The moment that it is about: the end of an answer-by date, of an action's last day or of a staff deadline; "
        "the start of an interview, or of the day of an invoice's reminder; or since when the draft stands still.",
        example.ACTION_DUE_AT,
    )
    open: bool = described(
        "True if it can be sent by hand now. Of an invoice's reminders, that is the latest, or the first.", True
    )
    sends_at: datetime | None = described(
        "When it goes out by itself, within the hour. Null once it was sent, and where there is nothing to remind of "
        "any more.",
        None,
    )
    sent: Annotated[list[SentReminder], up_to(limits.REMINDERS)] = Field(description="Each sending, newest first.")


class ReminderList(Answer):
    """The reminders about an application."""

    items: Annotated[list[Reminder], up_to(limits.REMINDERS + limits.OCCASIONS)] = Field(
        description="Those that can be sent now, by their moments; then those that were only sent before."
    )


class LateAlert(Answer):
    """An alert to customer experience that log-in details are late."""

    letter_id: LetterId
    sent_at: Moment = described("When it was sent.", example.REMINDED_AT)


class ReminderSend(Request):
    """Send a reminder by hand."""

    kind: Annotated[ReminderKind, choice()] = Field(description="The reminder's kind.", examples=["action_due"])
    about_id: RemindedOfId
