"""A ZIP archive with the same bytes every time."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_MADE_AT = (2025, 10, 1, 0, 0, 0)


def pack(parts: Mapping[str, str], *, stored: str | None = None) -> bytes:
    """The parts in this order, all compressed but `stored`."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in parts.items():
            info = ZipInfo(name, date_time=_MADE_AT)
            info.compress_type = ZIP_STORED if name == stored else ZIP_DEFLATED
            archive.writestr(info, content.encode("utf-8"))
    return out.getvalue()
