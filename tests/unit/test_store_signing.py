"""Signed notes, checkpoints and keys: published examples, both Ed25519s against each other, and key files.

The published examples are those of RFC 8032 §7.1 and of Go's `note` package.
"""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import ConfigInvalid
from store.keys import begin_key, key_beside, known_keys, open_signer
from store.offline_verifier import ORDER, signature_holds
from store.signing import (
    NoteError,
    Signer,
    Statement,
    VerifierKey,
    ledger_origin,
    read_key,
    read_note,
    read_signer,
    read_statement,
    split_note,
)

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]

GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

SIGNER = Signer("tdcd/ledger/0123456789abcdef", bytes(range(32)))
STATEMENT = Statement(SIGNER.name, 1204, bytes(range(32)))


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_published_signatures_hold_and_no_others(public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert signature_holds(key, text, signed)
    for place in (0, 31, 32, 63):
        assert not signature_holds(key, text, flipped(signed, place))
    assert not signature_holds(key, text + b"\0", signed)
    assert not signature_holds(flipped(key, 3), text, signed)
    assert not signature_holds(key, text, signed[:-1])
    late = int.from_bytes(signed[32:], "little") + ORDER  # the same number, written otherwise
    assert not signature_holds(key, text, signed[:32] + late.to_bytes(32, "little"))


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.text(max_size=40), st.integers(0, 63), st.integers(0, 7))
def test_both_verifiers_agree(seed: bytes, text: str, place: int, bit: int) -> None:
    signer = Signer("x", seed)
    line = f"{text.strip()}.\n"
    _, [(_, raw)] = split_note(signer.sign(line))
    public = signer.key.public
    assert signature_holds(public, line.encode(), raw[4:])
    wrong = flipped(raw[4:], place, bit)
    assert signer.key.holds(line, wrong) is signature_holds(public, line.encode(), wrong) is False


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def test_notes_and_keys_are_those_of_other_programs() -> None:
    key = read_key(GO_KEY)
    assert str(key) == GO_KEY
    assert read_note(GO_NOTE, [key]) == GO_TEXT
    signer = read_signer(GO_SECRET)
    assert signer.key == key
    assert signer.sign(GO_TEXT) == GO_NOTE
    assert signer.secret_line() == GO_SECRET
    assert "BCg" not in repr(signer)


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    note = SIGNER.sign(STATEMENT.text())
    origin, size, root, empty, signature, end = note.split("\n")
    assert (origin, size, empty, end) == (SIGNER.name, "1204", "", "")
    assert root == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert signature.startswith(f"— {SIGNER.name} ")
    assert read_statement(read_note(note, [SIGNER.key])) == STATEMENT


def test_further_lines_and_further_signatures_are_passed_over() -> None:
    other = Signer("van-thu", bytes(32))
    text = STATEMENT.text() + "một dòng thêm\n"
    note = SIGNER.sign(text) + other.sign(text).rpartition("\n\n")[2]
    assert read_statement(read_note(note, [SIGNER.key])) == STATEMENT
    assert read_note(note, [other.key]) == text
    renamed = VerifierKey("ai-do", SIGNER.key.public)
    with pytest.raises(NoteError, match="no known key"):
        read_note(note, [renamed])
    with pytest.raises(NoteError, match="no known key"):
        read_note(note, [])


NOTE = SIGNER.sign(STATEMENT.text())
BROKEN = {
    "root": NOTE.replace("AAEC", "ABEC"),
    "size": NOTE.replace("1204", "1205"),
    "signature": NOTE[:-12] + ("A" if NOTE[-12] != "A" else "B") + NOTE[-11:],
    "no signature": STATEMENT.text(),
    "no end": NOTE.rstrip("\n"),
    "line": NOTE + "Kính gửi\n",
    "empty": "",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_note_is_refused(name: str) -> None:
    with pytest.raises(NoteError):
        read_note(BROKEN[name], [SIGNER.key])


@pytest.mark.parametrize("text", ["", "x\n", "x\n01\nAAAA\n", "x\n-1\nAAAA\n", "x\n1\nAAAA\n", "x\n1\né\n"])
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match="not a checkpoint"):
        read_statement(text)


@pytest.mark.parametrize("text", ["", "a", "a\n\n"])
def test_only_whole_texts_are_signed(text: str) -> None:
    with pytest.raises(ValueError, match="ends with one line feed"):
        SIGNER.sign(text)


WRONG_KEYS = [
    "",
    "x",
    "x+00+00",
    GO_KEY.replace("c74f", "c74e"),
    GO_KEY.replace("+ARpc", "+AhpC"),
    GO_KEY[:-4],
]


@pytest.mark.parametrize("line", WRONG_KEYS)
def test_a_damaged_key_is_refused_and_never_quoted(line: str) -> None:
    with pytest.raises(NoteError):
        read_key(line)
    with pytest.raises(NoteError) as refused:
        read_signer(f"PRIVATE+KEY+{line}")
    assert "PeterNeumann" not in str(refused.value)


def test_the_key_is_made_on_first_use_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "checkpoint.key"
    signer = open_signer(file, "tdcd/ledger/1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_signer(file, "tdcd/ledger/1") == signer
    assert known_keys(file) == [signer.key]
    assert sorted(path.name for path in file.parent.iterdir()) == ["checkpoint.key", "checkpoint.key.pub"]
    assert signer.seed.hex() not in file.with_name("checkpoint.key.pub").read_text(encoding="utf-8")


def test_a_new_key_keeps_the_old_one_and_what_it_signed(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    first = open_signer(file, "tdcd/ledger/1")
    second = begin_key(file, "tdcd/ledger/1")
    assert known_keys(file) == [first.key, second.key]
    assert read_signer((tmp_path / "checkpoint.key.before-1").read_text(encoding="utf-8").strip()) == first
    assert open_signer(file, "tdcd/ledger/1") == second


def test_a_process_that_ended_between_the_two_files_is_made_good(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    signer = open_signer(file, "tdcd/ledger/1")
    file.with_name("checkpoint.key.pub").unlink()
    assert open_signer(file, "tdcd/ledger/1") == signer
    assert known_keys(file) == [signer.key]
    assert file.with_name("checkpoint.key.pub").exists()


def test_a_key_that_cannot_be_used_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    open_signer(file, "tdcd/ledger/1")
    with pytest.raises(ConfigInvalid, match="signs for tdcd/ledger/1, and this ledger is tdcd/ledger/2"):
        open_signer(file, "tdcd/ledger/2")
    file.chmod(0o644)
    with pytest.raises(ConfigInvalid, match="chmod 600"):
        open_signer(file, "tdcd/ledger/1")
    file.chmod(0o600)
    file.write_text(file.read_text(encoding="utf-8").replace("PRIVATE", "private"), encoding="utf-8")
    with pytest.raises(ConfigInvalid, match="does not hold a private key"):
        open_signer(file, "tdcd/ledger/1")
    file.unlink()
    with pytest.raises(ConfigInvalid, match="--new-key"):
        open_signer(file, "tdcd/ledger/1")


def test_the_key_stands_beside_the_ledger(tmp_path: Path) -> None:
    evidence = tmp_path / "files" / "evidence"
    assert key_beside(f"sqlite:///{tmp_path}/db/ledger.db", evidence) == tmp_path / "db" / "checkpoint.key"
    assert key_beside("postgresql://tdcd@host/tdcd", evidence) == tmp_path / "files" / "checkpoint.key"


def test_the_name_of_a_ledger_does_not_give_its_salt_away() -> None:
    origin = ledger_origin(bytes(32))
    assert origin == ledger_origin(bytes(32)) != ledger_origin(b"\1" * 32)
    assert origin.startswith("tdcd/ledger/")
    assert len(origin) == 28
