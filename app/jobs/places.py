"""How many jobs of each kind run at once: a flood of one kind leaves places to the others."""

from collections.abc import Mapping

from app.settings import Settings

_SENDS = "send_email"


def places(kinds: Mapping[str, object], settings: Settings) -> dict[str, int]:
    """The most jobs of each kind that a worker runs at once. Together it runs `JOB_CONCURRENCY`.

    Each kind can rely on a share that no other kind takes; half of the places go to whoever comes. Letters never take
    more than the relay's connections, since they would only wait there.
    """
    share = max(1, settings.job_concurrency // (2 * len(kinds)))
    most = max(1, settings.job_concurrency - share * (len(kinds) - 1))
    return {kind: min(most, settings.smtp.connections) if kind == _SENDS else most for kind in kinds}
