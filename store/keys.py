"""The files of the signing key: the private half for its owner alone, the public halves for everybody.

Beside `checkpoint.key` stands `checkpoint.key.pub` with every public key that was ever used here, a line
each, the newest last, so that what an earlier key has signed can still be checked.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import ConfigInvalid
from store.dialects import file_of, parsed
from store.signing import NoteError, Signer, VerifierKey, read_key, read_signer

FILE = "checkpoint.key"


def key_beside(url: str, evidence: Path) -> Path:
    """Where the key stands when nothing else is set: beside the database file, else beside the evidence."""
    return (file_of(parsed(url)) or evidence).parent / FILE


def open_signer(file: Path, origin: str) -> Signer:
    """The key that signs for this ledger, made on first use.

    ConfigInvalid: others may read the file, it cannot be read or made, it belongs to another ledger, or it
    is gone while its public half is still there.
    """
    if not file.exists():
        if _public(file).exists():
            lost = "the signing key is gone and its public half is there: restore it from its copy, or begin "
            raise ConfigInvalid([f"{lost}a new one with `tdcd ledger checkpoint --new-key`"], where=str(file))
        return begin_key(file, origin)
    signer = _read(file)
    if signer.name != origin:
        raise ConfigInvalid(
            [f"the key signs for {signer.name}, and this ledger is {origin}"], where=str(file)
        )
    if signer.key not in _listed(file):  # the process ended between the two files
        _publish(file, signer.key)
    return signer


def begin_key(file: Path, origin: str) -> Signer:
    """A new key for this ledger. One that is there is kept under `….before-<number>`, never overwritten."""
    signer = Signer(origin, secrets.token_bytes(32))
    with _written(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            number = sum(1 for _ in file.parent.glob(f"{file.name}.before-*")) + 1
            file.rename(file.with_name(f"{file.name}.before-{number}"))
        part = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        write_new(part, signer.secret_line() + "\n", mode=0o600)
        try:
            os.link(part, file)
        except FileExistsError:  # another process was first
            return open_signer(file, origin)
        finally:
            part.unlink()
        _publish(file, signer.key)
        to_disk(file.parent)
    return signer


def known_keys(file: Path) -> list[VerifierKey]:
    """Every public key used with this key file, oldest first. ConfigInvalid when the list cannot be read."""
    return _listed(file) or ([_read(file).key] if file.exists() else [])


def write_new(file: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file that is not there yet and bring it to the disk. FileExistsError when it is there."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def to_disk(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _public(file: Path) -> Path:
    return file.with_name(f"{file.name}.pub")


def _listed(file: Path) -> list[VerifierKey]:
    public = _public(file)
    if not public.exists():
        return []
    try:
        return [read_key(line) for line in public.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (NoteError, UnicodeDecodeError, OSError) as error:
        raise ConfigInvalid([f"the list of public keys cannot be read: {error}"], where=str(public)) from None


def _publish(file: Path, key: VerifierKey) -> None:
    with _public(file).open("a", encoding="utf-8") as public:
        public.write(f"{key}\n")
        public.flush()
        os.fsync(public.fileno())


def _read(file: Path) -> Signer:
    try:
        if file.stat().st_mode & 0o077:
            raise ConfigInvalid([f"others may read the signing key: run chmod 600 {file}"], where=str(file))
        return read_signer(file.read_text(encoding="utf-8").strip())
    except (NoteError, UnicodeDecodeError) as error:
        reason = error if isinstance(error, NoteError) else "it is not text"
        raise ConfigInvalid([f"the signing key cannot be used: {reason}"], where=str(file)) from None
    except OSError as error:
        raise ConfigInvalid([f"the signing key cannot be read: {error.strerror}"], where=str(file)) from None


@contextmanager
def _written(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        problem = f"the signing key cannot be written here: {error.strerror}"
        raise ConfigInvalid([problem], where=str(file)) from None
