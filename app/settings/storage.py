"""Where documents are kept."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from app.settings.parts import Part, spelt

# A folder by its absolute path, or a bucket with an optional prefix.
StoreUrl = Annotated[
    str,
    spelt(
        r"file:///[^\s]+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._/-]*)?",
        "write a folder's absolute path, like file:///srv/documents, or a bucket, like s3://documents/prefix",
    ),
]


class S3(Part):
    """An S3-compatible service. Without keys, they come from AWS_… variables or the machine's role."""

    endpoint: (
        Annotated[
            str,
            spelt(r"https?://[^/?#\s]+/?", "write scheme and host alone, like https://s3.eu-west-2.amazonaws.com"),
        ]
        | None
    ) = None
    region: Annotated[str, Field(min_length=1, max_length=100)] = "us-east-1"
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    virtual_hosted: bool = False
    plain_http: bool = False
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 8

    @property
    def may_be_plain(self) -> bool:
        """True if the endpoint may be `http`: it is on this machine, or the operator says so."""
        host = urlsplit(self.endpoint or "").hostname
        return self.plain_http or host in ("localhost", "127.0.0.1", "::1")
