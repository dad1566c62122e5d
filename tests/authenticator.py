"""An authenticator in software: makes ES256 passkeys and signs challenges, as a browser hands them to the product."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `origin` is the page that the browser shows."""

    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, options: Mapping[str, Any], name: str = "Laptop") -> dict[str, Any]:
        """Answer `startPasskey`: the body of `createPasskey`."""
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor(self._public_key())
        data = self._data(self.flags | ATTESTED) + attested
        return {
            "registration_id": options["id"],
            "name": name,
            "client_data_json": self._client_data("webauthn.create", options["challenge"]),
            "attestation_object": to_base64url(cbor({"fmt": "none", "attStmt": {}, "authData": data})),
        }

    def sign(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `startPasskeyVerification`: the body of `verifyPasskey`."""
        self.count += 1
        client_data, data = self._client_data("webauthn.get", options["challenge"]), self._data(self.flags)
        signed = data + hashlib.sha256(from_base64url(client_data)).digest()
        return {
            "challenge_id": options["id"],
            "credential_id": to_base64url(self.id),
            "client_data_json": client_data,
            "authenticator_data": to_base64url(data),
            "signature": to_base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
        }

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, type_: str, challenge: str) -> str:
        written = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return to_base64url(json.dumps(written).encode())

    def _public_key(self) -> dict[int, int | bytes]:
        """The key as COSE has it: EC2, ES256, P-256, and the point."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def to_base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: object) -> bytes:
    """Encode whole numbers, bytes, text and maps (RFC 8949)."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    assert isinstance(value, dict)
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(held) for key, held in value.items())


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    if number < 256:
        return bytes([major << 5 | 24, number])
    return bytes([major << 5 | 25]) + number.to_bytes(2, "big")
