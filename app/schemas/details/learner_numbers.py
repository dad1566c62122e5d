"""Group `learner-numbers`: how many learners there are, and how many are expected (R12)."""

from typing import Annotated, Final

from pydantic import Field

from app.domain.sections import DetailsGroup
from app.schemas.details.shape import Draft, answer_of, draft
from app.schemas.fields import whole
from app.schemas.identifiers import QualificationNumber
from app.schemas.text import one_line

_MOST: Final = 1_000_000
Learners = Annotated[int, whole(0, _MOST)]


class ExpectedLearnersDraft(Draft):
    """Learners expected in each of the first three years."""

    year_1: Learners | None = draft("In the first year.", 60)
    year_2: Learners | None = draft("In the second year.", 80)
    year_3: Learners | None = draft("In the third year.", 100)


class QualificationLearnersDraft(Draft):
    """Learners expected in the first year on one qualification."""

    title: Annotated[str, one_line(1, 200)] | None = draft(
        "The qualification's title.", "Level 2 Certificate in Adult Social Care"
    )
    qualification_number: QualificationNumber | None = draft("Ofqual's number, if known.", "603/1234/5")
    learners: Learners | None = draft("Learners in the first year.", 60)


class AgeGroupLearnersDraft(Draft):
    """Learners expected in the first year by age."""

    pre_16: Learners | None = draft("Under 16.", 0)
    from_16_to_18: Learners | None = Field(default=None, alias="16_to_18", description="16 to 18.", examples=[20])
    from_19: Learners | None = Field(default=None, alias="19_plus", description="19 and over.", examples=[40])


class LearnerNumbersDraft(Draft):
    """Learner numbers, as far as they are filled in. Both divisions add up to the first year's number."""

    current_learners: Learners | None = draft("Learners now.", 45)
    expected_learners: ExpectedLearnersDraft | None = draft("Learners expected in years 1 to 3.")
    by_qualification: Annotated[list[QualificationLearnersDraft], Field(max_length=200)] | None = draft(
        "The first year's learners by qualification."
    )
    by_age_group: AgeGroupLearnersDraft | None = draft("The first year's learners by age.")


LearnerNumbersDetails = answer_of(LearnerNumbersDraft, DetailsGroup.LEARNER_NUMBERS)
