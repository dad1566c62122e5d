"""What errors of the operating system, of obstore and of an S3 service amount to, in sentences for the operator."""

import errno
import re

from obstore.exceptions import BaseError, PermissionDeniedError, PreconditionError, UnauthenticatedError

from app.integrations.storage.protocol import (
    ObjectChanged,
    ObjectMissing,
    StorageError,
    StorageFull,
    StorageUnavailable,
)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Codes of AWS, Ceph, MinIO and others for a quota or a disk that is used up.
_FULL_CODES = re.compile(
    r"(?:: 507 |<Code>(?:QuotaExceeded\w*|XMinioStorageFull|XMinioAdminBucketQuotaExceeded|StorageFull|"
    r"InsufficientStorage\w*|NoSpaceLeft\w*)</Code>)"
)
_STATUS = re.compile(r"Server returned (?:non-2xx status|error response).*?: ([0-9]{3})")
_CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")


def storage_error(error: Exception) -> StorageError:
    """The error of this package for one of obstore or of the operating system."""
    if isinstance(error, StorageError):
        return error
    text = str(error)
    code = match[1] if (match := _CODE.search(text)) else ""
    if code == "NoSuchBucket":
        return StorageUnavailable("The document store's bucket does not exist: check DOCUMENT_STORE_URL.")
    if isinstance(error, FileNotFoundError):
        return ObjectMissing("Nothing is kept under this key.")
    if isinstance(error, PreconditionError):
        return ObjectChanged("Another content is kept under this key.")
    # obstore keeps the operating system's error number in the text of its message only.
    if getattr(error, "errno", None) in _FULL or any(f"(os error {number})" in text for number in _FULL):
        return StorageFull("The document store has no room left.")
    if _FULL_CODES.search(text):
        return StorageFull("The document store has no room left, or its quota is used up.")
    return StorageUnavailable(_sentence(error, text, code))


def _sentence(error: Exception, text: str, code: str) -> str:
    status = match[1] if (match := _STATUS.search(text)) else ""
    told = " ".join(filter(None, (status, code)))
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return f"The document store refuses the access key ({told or 'permission denied'}): check S3__ACCESS_KEY_ID."
    if told:
        return f"The document store answers with an error ({told})."
    if isinstance(error, BaseError) and "error sending request" in text:
        return "The document store cannot be reached."
    if isinstance(error, BaseError) and ("timed out" in text or "TimedOut" in text):
        return "The document store does not answer in time."
    if isinstance(error, OSError) and error.strerror:
        return f"The document store cannot be used: {error.strerror}."
    first = text.splitlines()[0] if text else type(error).__name__
    return f"The document store cannot be used: {first[:200]}"
