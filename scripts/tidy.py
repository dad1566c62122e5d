"""Refuse files that are too long, and text with trailing blanks, conflict markers or no final newline.

    python scripts/tidy.py FILE …

Print one line for each fault; exit with status 1 if there are any.
"""

import re
import sys
from pathlib import Path

# The architecture tests enforce the same limit for the whole tree.
MOST_LINES = 400
_CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7}) ", re.MULTILINE)
_TRAILING_BLANK = re.compile(r"[ \t]+$", re.MULTILINE)
# Not ours to format: vendored, locked, generated or kept byte for byte.
_MADE = re.compile(
    r"^(app/static/(redoc|swagger-ui)/|migrations/versions/0001_|openapi/|requirements.*\.txt$|LICENSE$)|LICENCES|package-lock\.json$"
)


def main(names: list[str]) -> int:
    """Check each file; return the exit status."""
    found = [f"{name}: {fault}" for name in names if not _MADE.search(name) for fault in faults(Path(name))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def faults(path: Path) -> list[str]:
    """List the faults of a text file."""
    text = path.read_text(encoding="utf-8")
    found = []
    if path.suffix == ".py" and text.count("\n") > MOST_LINES:
        found.append(f"{text.count(chr(10))} lines are more than {MOST_LINES}")
    if _CONFLICT.search(text):
        found.append("a conflict marker")
    # Trailing blanks are line breaks in Markdown, and can matter in a mail template.
    if path.suffix in (".py", ".toml", ".yaml", ".yml", ".ts", ".js", ".mjs") and _TRAILING_BLANK.search(text):
        found.append("blanks at the end of a line")
    if text and not text.endswith("\n"):
        found.append("no newline at its end")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
