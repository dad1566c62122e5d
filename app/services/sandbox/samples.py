"""Sample policy files to download and upload (R13)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

from anyio import to_thread

from app.domain.sandbox import SamplePolicyKey
from app.samples import SampleFile
from app.samples.files import REFUSED_WITH, policy_of, sample_file
from app.schemas import sandbox as schemas


@dataclass(frozen=True)
class Sample:
    """A file in memory, with the interface of a stored one."""

    file: SampleFile

    @property
    def sha256(self) -> str:
        """The hash of the whole file, in hexadecimal."""
        return sha256(self.file.content).hexdigest()

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream a range. Ignores `key`, because there is only one file."""

        async def stream() -> AsyncIterator[bytes]:
            yield self.file.content[start:end]

        return stream()


async def list_all() -> schemas.SandboxSamplePolicyList:
    """List every file, accepted ones first."""
    samples = await to_thread.run_sync(lambda: [(key, Sample(sample_file(key))) for key in SamplePolicyKey])
    return schemas.SandboxSamplePolicyList(items=[_to_schema(key, sample) for key, sample in samples])


async def find(key: SamplePolicyKey) -> Sample:
    """Return one file. The first call for a PDF renders it, which takes some milliseconds."""
    return Sample(await to_thread.run_sync(sample_file, key))


def _to_schema(key: SamplePolicyKey, sample: Sample) -> schemas.SandboxSamplePolicy:
    return schemas.SandboxSamplePolicy(
        key=key,
        policy=policy_of(key),
        file_name=sample.file.filename,
        media_type=sample.file.media_type,
        size_bytes=len(sample.file.content),
        sha256=sample.sha256,
        refused_with=REFUSED_WITH.get(key),
        content_path=f"/v1/sandbox/sample-policies/{key.value}/content",
    )
