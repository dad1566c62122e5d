"""Documents in a bucket of an S3-compatible service."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError, GenericError
from obstore.store import S3Store

from app.integrations.storage.objects import PROBE, Objects
from app.integrations.storage.spool import Spool
from app.settings import S3

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

_PART_BYTES = 8 * 1024 * 1024
# Two parts at once: what one upload holds in memory.
_PARTS_AT_ONCE = 2
_MARKER_KEPT_SECONDS = 5.0
_CONNECT_SECONDS = 2
# A download goes on for as long as its reader takes it; a service that falls silent is given up much sooner.
_DOWNLOAD = timedelta(minutes=10)


class S3DocumentStore(Objects):
    """The `DocumentStore` in a bucket, under a prefix. A document of more than 8 MB is sent in parts; a part that fails
    aborts them all."""

    def __init__(self, bucket: str, prefix: str, s3: S3) -> None:
        """Connects to nothing yet."""
        super().__init__()
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")
        self._marker_seen: tuple[float, UUID | None] | None = None
        self._store, self._reader = (
            S3Store(
                bucket,
                prefix=prefix or None,
                config=_config(bucket, s3),
                client_options=_client(s3, within),
                retry_config=_retry(s3),
            )
            for within in (timedelta(seconds=s3.timeout_seconds), _DOWNLOAD)
        )

    def spool(self) -> Spool:
        """See `DocumentStore.spool`."""
        return Spool()

    async def sweep(self) -> None:
        """Parts of an upload that was never completed are no object. A lifecycle rule of the bucket removes them."""

    def _put(self, key: str, source: BinaryIO | Spool) -> None:
        parts = _parts(source)
        first, second = next(parts, b""), next(parts, b"")
        if not second:
            obstore.put(self._store, key, first, use_multipart=False)
            return
        obstore.put(
            self._store,
            key,
            chain((first, second), parts),
            use_multipart=True,
            chunk_size=_PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
        )

    def _create(self, key: str, content: bytes) -> None:
        try:
            obstore.put(self._store, key, content, mode="create")
        except AlreadyExistsError:
            return
        except GenericError as error:
            # A service that cannot write under a condition.
            if ": 501 " not in str(error):
                raise
            try:
                obstore.head(self._store, key)
            except FileNotFoundError:
                obstore.put(self._store, key, content, use_multipart=False)

    def _seen_marker(self) -> UUID | None:
        now = monotonic()
        if self._marker_seen is None or now - self._marker_seen[0] > _MARKER_KEPT_SECONDS:
            self._marker_seen = now, self._read_marker()
        return self._marker_seen[1]

    def _probe(self) -> None:
        obstore.put(self._store, PROBE, BytesIO(b"ready"), use_multipart=False)


def _parts(source: BinaryIO | Spool) -> Iterator[bytes]:
    """The rest of the source in pieces of `_PART_BYTES`, however much it gives at a time."""
    held = bytearray()
    while piece := source.read(_PART_BYTES - len(held)):
        held += piece
        if len(held) == _PART_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _config(bucket: str, s3: S3) -> "S3Config":
    config: S3Config = {"region": s3.region, "virtual_hosted_style_request": s3.virtual_hosted}
    if s3.endpoint is not None:
        address = urlsplit(s3.endpoint)
        if s3.virtual_hosted:
            # The library wants the bucket's host.
            address = address._replace(netloc=f"{bucket}.{address.netloc}")
        config["endpoint"] = urlunsplit(address).rstrip("/")
    if s3.access_key_id is not None and s3.secret_access_key is not None:
        config["access_key_id"] = s3.access_key_id
        config["secret_access_key"] = s3.secret_access_key.get_secret_value()
    return config


def _client(s3: S3, within: timedelta) -> "ClientConfig":
    return {
        "connect_timeout": timedelta(seconds=min(_CONNECT_SECONDS, s3.timeout_seconds)),
        "read_timeout": timedelta(seconds=s3.timeout_seconds),
        "timeout": within,
        "allow_http": s3.may_be_plain,
    }


def _retry(s3: S3) -> "RetryConfig":
    return {
        "max_retries": 2,
        "retry_timeout": timedelta(seconds=s3.timeout_seconds),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=1),
            "base": 2,
        },
    }
