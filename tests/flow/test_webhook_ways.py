"""The receiver as the configuration describes it: several sites that sign in their own ways, and TLS of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.loading import load
from config.settings import Settings
from errors import ConfigInvalid
from store.engine import Store
from sync.receiver import Receiver, receiver_for
from tests.signed_posts import SECRET, SITE, body, headers, post

BODY = body()
PLAIN = "khóa của Sở Tài chính 2026"
CONFIG = f"""
[daemon]
webhook_port = 1
[[site]]
name = "{SITE}"
url = "http://127.0.0.1:9/qlvb"
username = "tdcd"
password = "x"
[site.webhook]
secrets = ["{SECRET.get_secret_value()}"]
[[site]]
name = "taichinh"
url = "http://127.0.0.1:9/qlvb"
username = "tdcd"
password = "x"
[site.webhook]
secrets = ["{PLAIN}"]
signed = "hmac"
header = "X-Signature"
prefix = "sha256="
canonical = "{{path}}|{{body}}"
id_header = "X-Request-Id"
"""


def settings(folder: Path, further: str = "") -> Settings:
    text = CONFIG.replace("webhook_port = 1", f"webhook_port = 1\n{further}")
    assert tomllib.loads(text)
    (folder / "tdcd.toml").write_text(text, encoding="utf-8")
    return load(folder / "tdcd.toml")


@contextmanager
def receiving(store: Store, given: Settings, woken: list[str]) -> Iterator[Receiver]:
    receiver = receiver_for(given, store, woken.append, lambda: datetime.now(UTC))
    receiver.start("127.0.0.1", 0)
    try:
        yield receiver
    finally:
        receiver.stop()


def plain(path: str, webhook_id: str = "r-1", raw: bytes = BODY) -> dict[str, str]:
    signature = hmac.new(PLAIN.encode(), f"{path}|".encode() + raw, hashlib.sha256).hexdigest()
    return {"X-Signature": f"sha256={signature}", "X-Request-Id": webhook_id}


def test_each_site_has_its_own_path_secret_and_way_of_signing(store: Store, tmp_path: Path) -> None:
    woken: list[str] = []
    with receiving(store, settings(tmp_path), woken) as receiver:
        port, there = receiver.port, "/webhook/taichinh"
        assert post(port, BODY, plain(there), path=there) == 200
        assert post(port, BODY, headers(BODY)) == 200
        assert woken == ["taichinh", SITE]
        assert post(port, BODY, plain(there), path=there) == 200
        assert woken == ["taichinh", SITE]  # a repeat wakes nobody
        assert post(port, BODY, plain("/webhook/khac", "r-2"), path=there) == 401
        assert post(port, BODY, headers(BODY), path=there) == 401
        assert post(port, BODY, plain(f"/webhook/{SITE}", "r-3")) == 401
        assert post(port, b"{}", plain(there, "r-4", b"{}"), path=there) == 400
        assert receiver.counts["taichinh"] == {"kept": 1, "repeated": 1, "refused": 2, "malformed": 1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('header = "X-Signature"', "", 'signed = "hmac" needs header'),
        ('signed = "hmac"', "", "header, id_header, prefix: only for signed"),
        ('canonical = "{path}|{body}"', 'canonical = "{path}"', "must have {body}"),
        (PLAIN, "ngan", "shorter than 16 bytes"),
    ],
)
def test_a_description_that_proves_nothing_is_refused_before_listening(
    store: Store, tmp_path: Path, old: str, new: str, said: str
) -> None:
    settings(tmp_path)
    file = tmp_path / "tdcd.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        receiver_for(load(file), store, print, lambda: datetime.now(UTC))
    assert said in str(caught.value)
    assert PLAIN not in str(caught.value)


def test_tls_without_a_proxy_in_front(store: Store, tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    given = settings(tmp_path, f'webhook_certificate = "{certificate}"\nwebhook_key = "{key}"')
    woken: list[str] = []
    with receiving(store, given, woken) as receiver:
        trusted = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", receiver.port, timeout=10, context=trusted)
        connection.request("POST", f"/webhook/{SITE}", BODY, headers(BODY))
        assert connection.getresponse().status == 200
        connection.close()
        with pytest.raises((http.client.HTTPException, OSError)):
            post(receiver.port, BODY, headers(BODY))
    assert woken == [SITE]


def test_a_certificate_that_cannot_be_used_is_refused(store: Store, tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    with pytest.raises(ConfigInvalid, match="belong together"):
        settings(tmp_path, f'webhook_certificate = "{certificate}"')
    key.write_text("no key", encoding="utf-8")
    given = settings(tmp_path, f'webhook_certificate = "{certificate}"\nwebhook_key = "{key}"')
    with pytest.raises(ConfigInvalid, match="cannot be used together"):
        receiver_for(given, store, print, lambda: datetime.now(UTC))


def pair(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine's own name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "tls.crt", folder / "tls.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain_key = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain_key))
    return certificate, private
