"""Write `app/domain/top_level_domains.py` from IANA's list (https://data.iana.org/TLD/tlds-alpha-by-domain.txt).

Run `python scripts/top_level_domains.py tlds-alpha-by-domain.txt`. The list changes slowly; a missing name only means
that a bare web address of it passes as a name.
"""

import re
import sys
from pathlib import Path
from textwrap import wrap

TARGET = Path(__file__).parents[1] / "app" / "domain" / "top_level_domains.py"
# Reserved names (RFC 2606, RFC 6761, RFC 7686) look like addresses as well.
RESERVED = ("alt", "example", "internal", "invalid", "local", "localhost", "onion", "test")


def module(listed: str) -> str:
    """The module's text for IANA's list."""
    version, *names = listed.splitlines()
    every = {name.strip().lower() for name in names if name.strip()} | set(RESERVED)
    lines = "\n".join(wrap(" ".join(sorted(every)), 118, break_on_hyphens=False))
    (number,) = re.findall(r"Version (\d+)", version)
    return (
        f'"""The top-level domains of IANA\'s list of version {number}, and the reserved ones. Made by\n'
        "`scripts/top_level_domains.py`.\n"
        f'"""\n\nfrom typing import Final\n\n_NAMES: Final = """\n{lines}\n"""\n'
        "TOP_LEVEL_DOMAINS: Final = frozenset(_NAMES.split())\n"
    )


if __name__ == "__main__":
    TARGET.write_text(module(Path(sys.argv[1]).read_text(encoding="ascii")), encoding="utf-8")
