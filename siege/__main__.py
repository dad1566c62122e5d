"""Play a hostile client with one account and one address against the running product, and time an honest user.

python -m siege                     # about two minutes
python -m siege --only idle --full
"""

import resource
import sys

from faults.__main__ import main
from siege.loads import LOADS

if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft != resource.RLIM_INFINITY else soft, hard))
    sys.exit(main(checks=LOADS))
