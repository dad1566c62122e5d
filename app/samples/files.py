"""The sample policies of the sandbox: files that inspection accepts, and some that it refuses on purpose."""

from dataclasses import replace
from functools import cache
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.domain.policies import PolicyKey
from app.domain.sandbox import SamplePolicyKey
from app.samples import SampleFile, sample_policy

REFUSED_WITH = {
    SamplePolicyKey.REFUSED_UNKNOWN_KIND: "unknown_kind",
    SamplePolicyKey.REFUSED_DAMAGED: "damaged",
    SamplePolicyKey.REFUSED_ACTIVE_CONTENT: "active_content",
}
"""The code with which inspection refuses each of these files."""


def policy_of(key: SamplePolicyKey) -> PolicyKey:
    """Return the policy that the file is for."""
    if key in REFUSED_WITH:
        return PolicyKey.APPEALS
    return PolicyKey(key.value.removesuffix("_revised"))


@cache
def sample_file(key: SamplePolicyKey) -> SampleFile:
    """Return the file, the same bytes every time."""
    match key:
        case SamplePolicyKey.REFUSED_UNKNOWN_KIND:
            return SampleFile(
                "Appeals.txt", "application/octet-stream", b"Appeals policy\n\nPlain text is not accepted.\n"
            )
        case SamplePolicyKey.REFUSED_DAMAGED:
            whole = sample_policy(PolicyKey.APPEALS)
            return replace(whole, filename="Half of Appeals.docx", content=whole.content[: len(whole.content) // 2])
        case SamplePolicyKey.REFUSED_ACTIVE_CONTENT:
            return SampleFile("Appeals with a script.pdf", "application/pdf", _with_script())
    return sample_policy(policy_of(key), revised=key is SamplePolicyKey.INTERNAL_QUALITY_ASSURANCE_REVISED)


def _with_script() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(sample_policy(PolicyKey.COMPLAINTS).content)))
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('A policy runs no scripts.');")}
    action = DictionaryObject({NameObject(name): value for name, value in script.items()})
    writer.root_object[NameObject("/OpenAction")] = action
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
