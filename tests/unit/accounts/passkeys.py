"""A device that makes and uses passkeys, as a browser would hand its answers on."""

from __future__ import annotations

import hashlib
import html
import json
import re
import secrets
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from safehub.register.accounts.models import Person

_FLAG = AuthenticatorData.FLAG


def _public(key: ec.EllipticCurvePrivateKey) -> Any:
    make: Any = ES256.from_cryptography_key
    return make(key.public_key())


class Device:
    """One passkey for one site; `like` takes the key of another device to a site of its own."""

    def __init__(self, origin: str, *, like: Device | None = None) -> None:
        self.origin = origin
        self.key: ec.EllipticCurvePrivateKey = (
            like.key if like else ec.generate_private_key(ec.SECP256R1())
        )
        self.name: bytes = like.name if like else secrets.token_bytes(16)
        self.verifies = True
        self.count = 0

    def options_on(self, page: Any) -> dict[str, Any]:
        """What the page asks a device for."""
        found = re.search(r'data-options="([^"]*)"', page.content.decode())
        assert found is not None
        options: dict[str, Any] = json.loads(html.unescape(found[1]))
        return options

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self.origin)

    def _flags(self, *more: Any) -> Any:
        flags = _FLAG.UP
        for one in (*more, *([_FLAG.UV] if self.verifies else [])):
            flags |= one
        return flags

    def made(self, options: dict[str, Any]) -> str:
        """What a browser answers to a request for a new passkey."""
        asked = options["publicKey"]
        site = hashlib.sha256(asked["rp"]["id"].encode()).digest()
        credential = AttestedCredentialData.create(b"\0" * 16, self.name, _public(self.key))
        told = AuthenticatorData.create(site, self._flags(_FLAG.AT), self.count, credential)
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", asked["challenge"]).b64,
                "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
            },
            {"credProps": {"rk": True}},
        )

    def used(self, options: dict[str, Any], person: Person) -> str:
        """What a browser answers to a request for a passkey that is there."""
        asked = options["publicKey"]
        self.count += 1
        site = hashlib.sha256(asked["rpId"].encode()).digest()
        told = AuthenticatorData.create(site, self._flags(), self.count)
        client = self._client_data("webauthn.get", asked["challenge"])
        signature = self.key.sign(told + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client.b64,
                "authenticatorData": websafe_encode(told),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(user_pk_to_url_str(person).encode()),
            },
            {},
        )

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        name = websafe_encode(self.name)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
                "authenticatorAttachment": "platform",
            }
        )
