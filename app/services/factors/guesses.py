"""Wrong codes and passwords of a signed-in person are counted, and too many refused.

The person is locked, so parallel guesses wait for each other and none is judged before the one ahead of it is counted.
"""

from collections.abc import Sequence
from uuid import UUID

from app.database import Work
from app.services.rate_limits import Limit, count, look, refusal

# Three of a million codes are right at any time: a thief of the password guesses one in 18 years on average.
CODES = (Limit("failed_second_factor", 10, 900), Limit("failed_second_factor_day", 50, 86_400))
PASSWORDS = (Limit("failed_step_up", 10, 900),)


async def require_room(work: Work, limits: Sequence[Limit], person_id: UUID) -> None:
    """Raise `TooManyRequests` after too many wrong guesses."""
    for limit in limits:
        standing = await look(work.session, limit, str(person_id), work.now, scale=work.settings.rate_limit_scale)
        if standing.refused:
            raise refusal(standing, "Too many wrong attempts. Wait, then try again.")


async def count_wrong(work: Work, limits: Sequence[Limit], person_id: UUID) -> None:
    """Count a wrong guess. The caller's refusal keeps changes, so that the count is kept."""
    for limit in limits:
        await count(work.session, limit, str(person_id), work.now, scale=work.settings.rate_limit_scale)
