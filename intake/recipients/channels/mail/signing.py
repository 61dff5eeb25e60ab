"""S/MIME: a notice signed with the organisation's certificate, when the settings have one.

A notice never goes unsigned because its certificate is gone or over: it waits until somebody has
put that right.
"""

import secrets
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)
from django.conf import settings
from django.utils import timezone


class CannotSignError(Exception):
    """The certificate or its key cannot be used; the text says why, and nothing of the key."""


@dataclass(frozen=True, repr=False)
class Signer:
    """A certificate with its key, and the certificates that vouch for it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    chain: list[x509.Certificate]

    @property
    def addresses(self) -> list[str]:
        """The mail addresses that the certificate is for."""
        try:
            names = self.certificate.extensions.get_extension_for_class(
                x509.SubjectAlternativeName
            ).value
        except x509.ExtensionNotFound:
            return []
        return [name.lower() for name in names.get_values_for_type(x509.RFC822Name)]


def signer() -> Signer | None:
    """What the settings have to sign with, None without. Raises CannotSignError."""
    if not (settings.HELPLINE_SMIME_CERTIFICATE or settings.HELPLINE_SMIME_KEY):
        return None
    try:
        held = x509.load_pem_x509_certificates(
            Path(settings.HELPLINE_SMIME_CERTIFICATE).read_bytes()
        )
        key = load_pem_private_key(Path(settings.HELPLINE_SMIME_KEY).read_bytes(), password=None)
        certificate, *chain = held
        of_key = certificate.public_key()
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CannotSignError(f"certificate: {type(error).__name__}") from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise CannotSignError("certificate: neither RSA nor an elliptic curve")
    if of_key != key.public_key():
        raise CannotSignError("certificate: the key is of another one")
    if not certificate.not_valid_before_utc <= timezone.now() <= certificate.not_valid_after_utc:
        raise CannotSignError("certificate: not valid today")
    return Signer(certificate, key, chain)


def signed(message: EmailMessage, signer: Signer) -> bytes:
    """A message as multipart/signed (RFC 8551, 3.5.3), its text readable without S/MIME."""
    inner, head = EmailMessage(policy=message.policy), EmailMessage(policy=message.policy)
    for name, value in message.items():
        if name.lower().startswith("content-"):
            inner[name] = value
        elif name.lower() != "mime-version":
            head[name] = value
    inner.set_payload(message.get_payload())
    part = inner.as_bytes()
    builder = PKCS7SignatureBuilder().set_data(part)
    builder = builder.add_signer(signer.certificate, signer.key, hashes.SHA256())
    for certificate in signer.chain:
        builder = builder.add_certificate(certificate)
    signature = EmailMessage(policy=message.policy)
    signature.set_content(
        builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary]),
        maintype="application",
        subtype="pkcs7-signature",
        filename="smime.p7s",
    )
    del signature["MIME-Version"]
    boundary = secrets.token_hex(16)
    # By hand: Python's email would write the signed part anew, and not as it was signed.
    return b"".join(
        [
            head.as_bytes().rstrip(b"\r\n"),
            b"\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
            b' micalg=sha-256; boundary="%s"\r\n\r\n' % boundary.encode(),
            b"--%s\r\n" % boundary.encode(),
            part,
            b"\r\n--%s\r\n" % boundary.encode(),
            signature.as_bytes().rstrip(b"\r\n"),
            b"\r\n--%s--\r\n" % boundary.encode(),
        ]
    )
