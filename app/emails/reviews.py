"""Messages among staff, and the interview with the centre, between payment and decision."""

from dataclasses import dataclass
from datetime import date, datetime

from app.emails.email import Email, StaffEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreLeadAssigned(StaffEmail):
    """R19: to the centre lead; nothing is due of who takes over when all is decided."""

    reference: str
    centre_name: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCentreLeadAvailable(StaffEmail):
    """R19: to the quality assurance managers; the payment counts, the lead stays empty."""

    reference: str
    centre_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewEmail(Email):
    """What an arranged and a moved interview have in common. The calendar file is attached."""

    reference: str
    centre_name: str
    centre_lead_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewArranged(InterviewEmail):
    """R19: the centre lead has arranged the interview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRescheduled(InterviewEmail):
    """R19: the interview has moved; where `previous_starts_at` is the same, something else about it changed."""

    previous_starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewCancelled(Email):
    """R19: the interview will not take place. The calendar file that withdraws it is attached."""

    reference: str
    centre_name: str
    centre_lead_name: str
    starts_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationMade(StaffEmail):
    """R20: to the quality assurance managers; `recommendation` is its label, such as `accept with actions`."""

    reference: str
    centre_name: str
    recommendation: str
    recommended_by: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredBack(StaffEmail):
    """R21: to the centre lead, whose recommendation came back."""

    reference: str
    centre_name: str
    referred_by: str
    reason: str
