"""Group `learner-numbers`: current and expected learners (R12)."""

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
    """Expected learners in each of the first three years."""

    year_1: Learners | None = draft("Learners in the first year.", 60)
    year_2: Learners | None = draft("Learners in the second year.", 80)
    year_3: Learners | None = draft("Learners in the third year.", 100)


class QualificationLearnersDraft(Draft):
    """Expected learners on one qualification in the first year."""

    title: Annotated[str, one_line(1, 200)] | None = draft(
        "The qualification's title.", "Level 2 Certificate in Adult Social Care"
    )
    qualification_number: QualificationNumber | None = draft("The Ofqual number, if known.", "603/1234/5")
    learners: Learners | None = draft("Learners in the first year.", 60)


class AgeGroupLearnersDraft(Draft):
    """Expected learners in the first year, by age."""

    pre_16: Learners | None = draft("Learners under 16.", 0)
    from_16_to_18: Learners | None = Field(
        default=None, alias="16_to_18", description="Learners aged 16 to 18.", examples=[20]
    )
    from_19: Learners | None = Field(
        default=None, alias="19_plus", description="Learners aged 19 and over.", examples=[40]
    )


class LearnerNumbersDraft(Draft):
    """Learner numbers. Both breakdowns must add up to the first year's expected learners."""

    current_learners: Learners | None = draft("The number of learners now.", 45)
    expected_learners: ExpectedLearnersDraft | None = draft("Expected learners in the first three years.")
    by_qualification: Annotated[list[QualificationLearnersDraft], Field(max_length=200)] | None = draft(
        "The first year's expected learners by qualification."
    )
    by_age_group: AgeGroupLearnersDraft | None = draft("The first year's expected learners by age.")


LearnerNumbersDetails = answer_of(LearnerNumbersDraft, DetailsGroup.LEARNER_NUMBERS)
