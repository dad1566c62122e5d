"""Play one hostile client against the running product, and time honest people on another network.

    python -m siege                                    # quick: some minutes
    python -m siege --full --markdown docs/siege.md
    python -m siege --only idle --size seconds=30

A control is the same load on the product without the protection against it. If nobody is harmed then, the load proves
nothing, and the programme fails.
"""

import resource
import sys

from faults.__main__ import main
from siege.loads import LOADS

if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft != resource.RLIM_INFINITY else soft, hard))
    sys.exit(main(checks=LOADS, description=__doc__))
