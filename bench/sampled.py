"""The product's command line with a sampler in it: `python -m bench.sampled FILE serve`.

At each tick of CPU time (4 or 10 ms, by the kernel) the stack is noted. SIGUSR2 forgets what was noted so far; at the
end the stacks are written to FILE. What runs in C counts for the Python function that called it.
"""

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

INTERVAL_SECONDS = 0.004
_stacks: Counter[tuple[tuple[str, str], ...]] = Counter()


def _note(_: int, frame: FrameType | None) -> None:
    stack = []
    while frame is not None:
        stack.append((frame.f_code.co_filename, frame.f_code.co_qualname))
        frame = frame.f_back
    _stacks[tuple(stack)] += 1


def main() -> None:
    """Run the command line under the sampler."""
    file = Path(sys.argv.pop(1))
    from app.cli import main as run

    signal.signal(signal.SIGPROF, _note)
    signal.signal(signal.SIGUSR2, lambda *_: _stacks.clear())
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
    try:
        run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        file.write_text(json.dumps(list(_stacks.items())), encoding="utf-8")


if __name__ == "__main__":
    main()
