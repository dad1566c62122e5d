"""A module of the product with one deliberate fault: `python -m faults.broken BREAK app serve`."""

import runpy
import sys

from faults import breaks
from siege import breaks as removed


def main() -> None:
    """Break it, then run the module."""
    _, name, module, *rest = sys.argv
    {**breaks.BY_NAME, **removed.BY_NAME}[name]()
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
