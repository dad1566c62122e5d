"""A list that is given whole has a limit."""

import pytest

from app.domain.limits import require_room
from app.domain.refusals.requests import TooManyRecords


@pytest.mark.parametrize("there", [1_000, 1_001])
def test_no_more_than_the_limit(there: int) -> None:
    with pytest.raises(TooManyRecords) as refused:
        require_room(there, 1_000, "open sites")
    assert refused.value.detail == "The limit of 1,000 open sites has been reached, so no more can be added."


def test_there_is_room_below_the_limit() -> None:
    require_room(999, 1_000, "open sites")
