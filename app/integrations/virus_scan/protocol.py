"""What a virus scanner may answer besides its verdict."""


class ScannerError(Exception):
    """The scanner gave no verdict; the text says why, without the file's content."""


class ScannerUnavailable(ScannerError):
    """The scanner is down, too slow or in trouble: scan the file again later."""


class ScannerFault(ScannerUnavailable):
    """The scanner answered with an error. It may be about this file only, so do not try for ever."""


class CannotScan(ScannerError):
    """The scanner will never judge this file as it is: it is too large, or it cannot be opened."""
