"""Uploaded files whose content is to be removed."""

from app.domain.refusals.base import Conflict, Forbidden


class FileRedacted(Conflict):
    """The content of this file was removed, so nobody can download it. Its hash and its record remain."""


class FileSubmitted(Conflict):
    """This file was part of a submission, so only we can remove it. Contact us and say what is wrong with it."""


class RedactionPending(Conflict):
    """The redaction of this file already waits for a second person. They have to confirm or refuse it first."""

    constraint = "uq_file_redactions_open"


class DocumentInForce(Conflict):
    """This is the current version of the document, which centres must be able to read. Publish another one first."""


class OwnRedaction(Forbidden):
    """A decision rests on this file, and you asked for its redaction. Somebody else has to confirm it."""


class RedactionSettled(Conflict):
    """This redaction no longer waits: it was confirmed, refused or withdrawn. Ask for it again if it is needed."""


class RedactionExpired(Conflict):
    """This redaction has waited for more than seven days. Ask for it again."""
