"""The contract, made from the running app: `openapi/openapi.yaml` (OpenAPI 3.1), its copy in OpenAPI 3.0.3, and the
same documents where the app serves them.

FastAPI describes what it knows. What the routes declare is added in here: who may, which problems, which headers, the
precondition, the idempotency key, the media types, examples, what follows, and names instead of anonymous schemas.
"""

from app.http.contract.document import build
from app.http.contract.files import (
    OLDER_PATH,
    PATH,
    as_json,
    as_older_json,
    as_older_yaml,
    as_yaml,
    dump,
    install,
    out_of_date,
    write,
)
from app.http.contract.occurrences import occurrences

__all__ = [
    "OLDER_PATH",
    "PATH",
    "as_json",
    "as_older_json",
    "as_older_yaml",
    "as_yaml",
    "build",
    "dump",
    "install",
    "occurrences",
    "out_of_date",
    "write",
]
