"""Which letters the contacts of a centre get."""

from typing import Annotated

from app.domain.permissions import Permission
from app.http.access import require
from app.http.dependencies import ExpectedDep, Target, WorkDep
from app.http.route import router
from app.queries.centres import CentreRow, find_centre
from app.schemas import letter_choices as schemas
from app.services import letter_choices

routes = router("/v1/centres/{centre_id}/letter-choices", "Contacts")
CentreDep = Annotated[CentreRow, Target]


@routes.get(
    "",
    operation_id="getLetterChoices",
    summary="Read which letters a centre's contacts get",
    dependencies=[require(Permission.READ_CENTRE, find_centre)],
)
async def get_letter_choices(work: WorkDep, centre: CentreDep) -> schemas.LetterChoices:
    """Returns the topics on which four contact roles get the letters to the centre. Its super users get every letter.

    The head of organisation and the overall quality manager hear of interviews and of the decision in any case, and
    the finance contact of everything that concerns an invoice. `getReferenceData` has the topics' names.
    """
    return await letter_choices.show(work, centre)


@routes.patch(
    "",
    operation_id="updateLetterChoices",
    summary="Choose which letters a centre's contacts get",
    dependencies=[require(Permission.MANAGE_CENTRE, find_centre)],
)
async def update_letter_choices(
    work: WorkDep, centre: CentreDep, expected: ExpectedDep, body: schemas.LetterChoicesUpdate
) -> schemas.LetterChoices:
    """Replaces the topics of each role that is given. Those that reach the role in any case need not be given, and
    stay. Whoever holds the role when a letter is sent gets it; a role that nobody holds is no error."""
    return await letter_choices.update(work, centre, expected, body)
