"""The programme: every check, in the order in which they run."""

from faults.check import Check
from faults.checks import clock, crashes, disk, ending, failover, load, mail, money, network, process, races, upgrades

CHECKS: tuple[Check, ...] = (
    crashes.DATABASE,
    crashes.SERVER,
    ending.SIGTERM,
    network.TROUBLE,
    disk.FULL,
    mail.KILLED,
    mail.OUTAGE,
    mail.RELAY,
    races.ONE_TAG,
    races.SUBMISSIONS,
    races.DECISIONS,
    money.SAME_KEY,
    money.NUMBERS,
    money.SUMS,
    process.MODEL,
    clock.CHANGES,
    load.STEADY,
    load.SPIKE,
    load.SMALL_POOL,
    load.SOAK,
    upgrades.FROM_1_1_0,
    upgrades.FROM_1_2_0,
    failover.ASYNCHRONOUS,
    failover.SYNCHRONOUS,
)
