"""A certificate authority of the tests' own, and the certificates of servers on loopback addresses.

    authority = Authority(folder)
    context = authority.server("iam.localhost", "::1")       an SSLContext for a server of these names and addresses
    authority.bundle()                                       the file by which a client knows the authority
"""

import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SYSTEM_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem")  # Debian's, and macOS's
_NUMBERS = count(1)


def system_bundle():
    """The machine's own bundle; None where there is none."""
    return next((Path(path) for path in SYSTEM_BUNDLES if Path(path).is_file()), None)


class Authority:
    def __init__(self, folder, name="Authority of cogstack's tests"):
        self.folder, self.name = Path(folder), name
        self._key, self._certificate = _self_signed(name, is_authority=True)

    @property
    def pem(self):
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def bundle(self, others=0, system=False):
        """A bundle file with this authority's certificate in it: last, so that a reader that stops early misses it.

        others: so many certificates of other authorities before it. system: those of the machine's own bundle.
        """
        parts = [system_bundle().read_bytes()] if system else []
        for number in range(others):
            certificate = _self_signed(f"Authority {number}", is_authority=True)[1]
            parts.append(certificate.public_bytes(serialization.Encoding.PEM))
        return self._file("bundle", *parts, self.pem)

    def server(self, *names, is_expired=False, is_self_signed=False, oldest=ssl.TLSVersion.TLSv1_2, newest=ssl.TLSVersion.TLSv1_3):
        """The context of a server that shows a certificate for these host names and addresses."""
        if is_self_signed:
            key, certificate = _self_signed(names[0], names=names)
        else:
            key, certificate = self._issued(names, is_expired)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if oldest < ssl.TLSVersion.TLSv1_2:
            context.set_ciphers("DEFAULT@SECLEVEL=0")  # OpenSSL 3 speaks the old versions at no other level
        context.minimum_version, context.maximum_version = oldest, newest
        context.load_cert_chain(self._file("server", _private(key), certificate.public_bytes(serialization.Encoding.PEM)))
        return context

    def _issued(self, names, is_expired):
        key = ec.generate_private_key(ec.SECP256R1())
        days = (-30, -1) if is_expired else (-1, 30)
        builder = _builder(names[0], self._certificate.subject, key.public_key(), days, names)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        return key, builder.sign(self._key, hashes.SHA256())

    def _file(self, kind, *parts):
        path = self.folder / f"{kind}-{next(_NUMBERS)}.pem"
        path.touch(mode=0o600)
        path.write_bytes(b"".join(parts))
        return path


def _builder(name, issuer, public_key, days, names=()):
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)


def _self_signed(name, names=(), is_authority=False):
    assert is_authority == (not names)
    key = ec.generate_private_key(ec.SECP256R1())
    return key, _builder(name, _name(name), key.public_key(), (-1, 30), names).sign(key, hashes.SHA256())


def _name(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
