"""Run the programme of faults, and each check's positive control.

    python -m faults                                   # quick: under ten minutes on two cores
    python -m faults --full --markdown docs/reliability.md
    python -m faults --only crash --size crashes=20

A control is the same check on the product with one deliberate fault. If it finds nothing wrong, the check proves
nothing, and the programme fails.
"""

import argparse
import asyncio
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from faults.check import Break, Check, Found, Sizes
from faults.ground import Ground
from faults.programme import CHECKS
from faults.report import Result, as_json, as_line, conditions, write_markdown
from faults.world import new_world

# A crash may come at a harmless moment.
_TRIES_OF_A_CONTROL = 3


def main(
    arguments: Sequence[str] | None = None, checks: Sequence[Check] = CHECKS, description: str | None = __doc__
) -> int:
    """Run the chosen checks; return 1 if one falls short or cannot fail."""
    chosen = _parser(description).parse_args(arguments)
    names = [check.name for check in checks]
    wanted = [check for check in checks if _is_wanted(check, chosen)]
    if not wanted:
        print(f"No check has this in its name. There are: {', '.join(names)}.", file=sys.stderr)
        return 2
    ground = Ground(Path(tempfile.mkdtemp(prefix="faults-")))
    results = []
    try:
        for number, check in enumerate(wanted):
            result = asyncio.run(_judge(ground, check, number, chosen))
            print(as_line(result), flush=True)
            results.append(result)
    finally:
        ground.close()
        # What a run has found is kept when it is cut short.
        if chosen.json:
            chosen.json.write_text(as_json(results, conditions()), encoding="utf-8")
        if chosen.markdown:
            write_markdown(chosen.markdown, results, conditions())
    return 0 if all(result.passed for result in results) else 1


def _is_wanted(check: Check, chosen: argparse.Namespace) -> bool:
    if chosen.only:
        return any(part in check.name for part in chosen.only)
    return chosen.full or check.in_quick


def _parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the sizes of the full programme")
    parser.add_argument("--only", action="append", default=[], help="checks whose name contains this; repeatable")
    parser.add_argument("--control", action="store_true", help="run the positive controls only")
    parser.add_argument("--size", action="append", default=[], type=_size, help="another size, as crashes=20")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="write the table into this document, between its marks")
    return parser


def _size(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    return name, int(value)


async def _judge(ground: Ground, check: Check, number: int, chosen: argparse.Namespace) -> Result:
    sizes = {**(check.full if chosen.full else check.quick), **dict(chosen.size)}
    begun = monotonic()
    if chosen.control:
        found, control = None, await _control(ground, check, number)
    elif check.beside:
        running = _run(ground, check, f"run_{number}", sizes, None)
        found, control = await asyncio.gather(running, _control(ground, check, number))
    else:
        found = await _run(ground, check, f"run_{number}", sizes, None)
        control = await _control(ground, check, number)
    return Result(check, {name: sizes[name] for name in check.quick}, found, control, monotonic() - begun)


async def _control(ground: Ground, check: Check, number: int) -> Found:
    """Run the control until it finds something wrong, but not for ever."""
    enough = {**check.quick, **check.control.sizes}
    control = Found()
    for again in range(_TRIES_OF_A_CONTROL):
        control = await _run(ground, check, f"control_{number}_{again}", enough, check.control)
        if control.wrong:
            break
    return control


async def _run(ground: Ground, check: Check, name: str, sizes: Sizes, broken: Break | None) -> Found:
    try:
        async with new_world(ground, name, broken) as world:
            return await check.run(world, sizes)
    except Exception as error:
        traceback.print_exception(error)
        # Falling over is no finding: a control that does so proves nothing.
        return Found({"fell over": repr(error)[:200]}, [] if broken else [f"the check fell over: {repr(error)[:200]}"])


if __name__ == "__main__":
    sys.exit(main())
