"""Which letters a centre's contacts get."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.json_values import JsonObject
from app.models.base import Base, Versioned


class LetterChoices(Versioned, Base):
    """The topics that a centre has chosen for each contact role. A centre without a row has chosen none."""

    __tablename__ = "letter_choices"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    choices: Mapped[JsonObject]
