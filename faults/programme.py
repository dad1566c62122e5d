"""The programme: every check, in the order in which they run."""

from faults.check import Check
from faults.checks import crashes, money, races

CHECKS: tuple[Check, ...] = (
    crashes.DATABASE,
    crashes.SERVER,
    races.ONE_TAG,
    races.SUBMISSIONS,
    races.DECISIONS,
    money.SAME_KEY,
    money.NUMBERS,
    money.SUMS,
)
