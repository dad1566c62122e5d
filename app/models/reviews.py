"""Submissions, and their reviews with items, recommendations and decisions (R16, R17, R20, R21)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.decisions import DecisionOutcome
from app.domain.json_values import JsonObject
from app.domain.recommendations import RecommendationOutcome
from app.domain.reviews import ReturnItemCode, ReviewOutcome, ReviewStage
from app.domain.sections import CentrePart, ReturnSection, Section
from app.models.base import Base, HasId, Versioned, choice, personal


class Submission(HasId, Base):
    """The immutable copy of a submitted application; the database refuses to change or delete it."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    form_version: Mapped[str]
    content: Mapped[JsonObject] = mapped_column(info=personal("the record of what the centre submitted"))
    sha256: Mapped[str]
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    submitted_by_name: Mapped[str] = mapped_column(info=personal("to show who submitted"))
    submitted_at: Mapped[datetime]


class Review(HasId, Base):
    """The review of a submission: a pass or a return."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "application_id", "reviewed_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    stage: Mapped[ReviewStage] = mapped_column(choice(ReviewStage))
    outcome: Mapped[ReviewOutcome] = mapped_column(choice(ReviewOutcome))
    explanation: Mapped[str | None]
    internal_note: Mapped[str | None]
    reviewed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reviewed_by_name: Mapped[str] = mapped_column(info=personal("to show who reviewed"))
    reviewed_at: Mapped[datetime]


class ReturnItem(HasId, Versioned, Base):
    """An item of a return that the centre has to answer, with its answer."""

    __tablename__ = "return_items"
    __table_args__ = (UniqueConstraint("review_id", "number"), Index(None, "application_id"))

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    number: Mapped[int]
    section: Mapped[Section] = mapped_column(choice(Section))
    # Beside the section, so that the release before can still read the row.
    part: Mapped[CentrePart | None] = mapped_column(choice(CentrePart))
    pointer: Mapped[str | None]
    code: Mapped[ReturnItemCode] = mapped_column(choice(ReturnItemCode))
    asked: Mapped[str]
    answer_by: Mapped[date | None]
    answer: Mapped[str | None]
    answered_by_name: Mapped[str | None] = mapped_column(info=personal("to show who answered"))
    answered_at: Mapped[datetime | None]

    @property
    def concerns(self) -> ReturnSection:
        """The section of the form, or the part of the centre beside it."""
        return ReturnSection((self.part or self.section).value)


class Recommendation(HasId, Base):
    """The centre lead's recommendation on a submission, with proposed actions."""

    __tablename__ = "recommendations"
    __table_args__ = (Index(None, "application_id", "recommended_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    outcome: Mapped[RecommendationOutcome] = mapped_column(choice(RecommendationOutcome))
    reasons: Mapped[str]
    actions: Mapped[list[JsonObject]]
    recommended_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recommended_by_name: Mapped[str] = mapped_column(info=personal("to show who recommended"))
    recommended_at: Mapped[datetime]


class Decision(HasId, Base):
    """The quality assurance manager's decision on a recommendation, or the referral back."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "application_id", "decided_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendations.id"))
    outcome: Mapped[DecisionOutcome] = mapped_column(choice(DecisionOutcome))
    reasons: Mapped[str]
    internal_note: Mapped[str | None]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_by_name: Mapped[str] = mapped_column(info=personal("to show who decided"))
    decided_at: Mapped[datetime]
