"""The relying party of passkeys (WebAuthn): the domain that they belong to, and the origins that may use them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.settings.model import Settings


@dataclass(frozen=True)
class RelyingParty:
    """The domain (`id`), the name that a browser shows, and the origins that an answer may come from."""

    id: str
    name: str
    origins: tuple[str, ...]


def relying_party(settings: Settings) -> RelyingParty:
    """Return the relying party. Origins outside its domain are left out: no browser would use its passkeys there."""
    origins = settings.passkey_origins or settings.cors_origins or (_own_origin(settings),)
    id_ = settings.passkey_rp_id or _host(origins[0])
    return RelyingParty(id_, settings.organisation.name, tuple(one for one in origins if belongs(one, id_)))


def belongs(origin: str, rp_id: str) -> bool:
    """Return true for an origin of the domain or of one below it."""
    host = _host(origin)
    return host == rp_id or host.endswith(f".{rp_id}")


def _own_origin(settings: Settings) -> str:
    if settings.public_url is None:
        # A browser takes `localhost` for a domain, and no bare address.
        return f"http://localhost:{settings.port}"
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
