"""Proof bundles: written from a real history, carried elsewhere, checked by bare Python, and tampered with.

The verifier is run as an inspector runs it: `python -I verify.py`, with no project on the path.
"""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from connector.records import UnitRecord
from errors import ConfigInvalid, StopService
from store import offline_verifier
from store.engine import Store, open_store
from store.keys import open_signer
from store.signing import Signer, Statement, ledger_origin
from store.witness import WitnessFolder
from sync.flow import run_pass
from sync.proof_bundle import Bundle, Rules, prove_task
from sync.proofs import Notary, close_ledger
from tests.engine_arena import FINANCE_HEAD, OFFICER, Arena, day, row
from tests.faults.test_store_verify import Forger

TASK_NAME = "Rà soát nợ thuế"
RESULT = b"PK ket qua"


def story(store: Store, folder: Path) -> Arena:
    """A task that was given, done with a file, and approved; the ledger was closed in between."""
    arena = Arena(store, folder)
    clock = arena.system.clock
    arena.issue(
        row(1, TASK_NAME, "Sở Tài chính", day(clock, 9)), row(2, "Sắp xếp bộ máy", "Sở Nội vụ", day(clock, 9))
    )
    arena.settle()
    close_ledger(notary(arena), arena.system.clock)
    arena.system.act(
        arena.job_of(TASK_NAME), FINANCE_HEAD, "31", "Xong", attachments={"ket-qua.docx": RESULT}
    )
    arena.move(days=1)
    arena.settle()
    arena.system.judge(arena.job_of(TASK_NAME), OFFICER, "1", "Đạt")
    arena.move(days=1)
    arena.settle()
    return arena


def notary(arena: Arena) -> Notary:
    (arena.folder / "witness").mkdir(exist_ok=True)
    witness = WitnessFolder(arena.folder / "witness", ledger_origin(arena.store.salt))
    return Notary(arena.store, arena.folder / "checkpoint.key", witness)


def task_of(arena: Arena) -> str:
    with arena.store.read() as places:
        (key,) = [one.key for one in places.tasks.find("memory") if one.content == TASK_NAME]
    return key


def prove(arena: Arena, folder: Path, *, with_files: bool = True) -> Bundle:
    site = arena.site
    rules = Rules(site.profiles, site.calendar, site.files)
    now = arena.system.clock
    return prove_task(notary(arena), rules, task_of(arena), folder, at=now, now=now, with_files=with_files)


def check(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the bundle's own verifier says to somebody who has Python and nothing else."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), *arguments],
        capture_output=True,
        cwd=folder.parent,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    text = done.stdout.decode()
    assert text.count("\n") == 1
    return done.returncode, text


def carried(bundle: Bundle, folder: Path) -> Path:
    """The bundle as somebody else gets it."""
    return shutil.copytree(bundle.folder, folder / "elsewhere" / "ho-so")


@pytest.mark.covers("F33")
def test_a_bundle_is_proven_on_another_folder_by_bare_python(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    bundle = prove(arena, tmp_path / "proof")
    folder = carried(bundle, tmp_path)
    code, line = check(folder)
    assert code == 0, line
    assert line.startswith(f"ĐÚNG: nhiệm vụ {task_of(arena)}: {bundle.entries} mục")
    assert f"/ PROVEN: task {task_of(arena)}" in line
    assert "Đã hoàn thành" in line
    assert "Compare the key" in line
    code, line = check(folder, "--key", bundle.key)
    assert code == 0
    assert "Compare the key" not in line


def test_a_bundle_tells_the_whole_story(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    bundle = prove(arena, tmp_path / "proof")
    facts = json.loads((bundle.folder / "task.json").read_bytes())
    assert facts["directive"]["number"] == "12/CT-UBND"
    assert len(facts["directive"]["envelope"]["sha256"]) == 64
    assert facts["row"]["content"] == TASK_NAME
    assert facts["shown"]["state"] == arena.states()[task_of(arena)]
    assert set(facts["explanation"]) == {"vi", "en"}
    (evidence,) = facts["evidence"]
    assert evidence["sha256"] == hashlib.sha256(RESULT).hexdigest()
    assert (bundle.folder / "evidence" / evidence["sha256"]).read_bytes() == RESULT
    with store.read() as places:
        history = places.ledger.history([task_of(arena)])[task_of(arena)]
    for entry in history:
        text = (bundle.folder / f"entries/{entry.seq:09d}.entry").read_bytes()
        assert text.partition(b"\n")[2] == entry.body
    assert evidence["sha256"].encode() in history[[one.seq for one in history].index(evidence["entry"])].body
    readme = (bundle.folder / "README.md").read_text(encoding="utf-8")
    assert "Hồ sơ chứng minh" in readme
    assert "Not proven" in readme
    assert (bundle.folder / "earlier.txt").exists()


def test_without_files_their_hashes_are_there(store: Store, tmp_path: Path) -> None:
    bundle = prove(story(store, tmp_path), tmp_path / "proof", with_files=False)
    assert not (bundle.folder / "evidence").exists()
    assert hashlib.sha256(RESULT).hexdigest() in (bundle.folder / "task.json").read_text(encoding="utf-8")


def test_no_secret_is_in_a_bundle(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    bundle = prove(arena, tmp_path / "proof")
    signer = open_signer(tmp_path / "checkpoint.key", ledger_origin(store.salt))
    # "PRIVATE+KEY+name+hash+base64": the last part may hold a plus sign itself.
    secret = signer.secret_line().split("+", 4)[4].encode()
    assert len(secret) > 40
    for file in bundle.folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for canary in (
            secret,
            signer.seed,
            signer.seed.hex().encode(),
            store.salt,
            store.salt.hex().encode(),
        ):
            assert canary not in data
        assert str(tmp_path).encode() not in data


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle to be tampered with in copies."""
    folder = tmp_path_factory.mktemp("proven")
    store = open_store(f"sqlite:///{folder}/ledger.db")
    bundle = prove(story(store, folder), folder / "proof")
    store.close()
    return bundle


def judged(folder: Path, key: str = "") -> str:
    """What is wrong, in English; empty when nothing is."""
    try:
        offline_verifier.check(folder, key)
    except offline_verifier.Wrong as wrong:
        return wrong.en
    return ""


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(bytes(data))


def test_one_flipped_byte_anywhere_is_found(proven: Bundle, tmp_path: Path) -> None:
    names = sorted(path.relative_to(proven.folder) for path in proven.folder.rglob("*") if path.is_file())
    folder = carried(proven, tmp_path)
    assert judged(folder) == ""
    for name in names:
        size = (folder / name).stat().st_size
        for place in {0, size // 2, size - 1}:
            flip(folder / name, place)
            assert judged(folder), f"byte {place} of {name}"
            flip(folder / name, place)
    assert judged(folder) == ""


def test_a_flipped_byte_of_an_entry_names_the_entry(proven: Bundle, tmp_path: Path) -> None:
    folder = carried(proven, tmp_path)
    entry = sorted((folder / "entries").iterdir())[1]
    flip(entry, entry.stat().st_size // 2)
    code, line = check(folder)
    assert code == 1
    assert line.startswith(f"SAI: mục {int(entry.stem)} đã bị sửa")
    assert f"WRONG: entry {int(entry.stem)} was changed" in line


def _rehash(folder: Path) -> None:
    """A forger who also mends the hash that is noted beside the entry."""
    entry = min((folder / "entries").iterdir())
    flip(entry, entry.stat().st_size - 2)
    proof = json.loads((folder / "proof.json").read_bytes())
    proof["entries"][0]["leaf"] = offline_verifier.leaf_hash(entry.read_bytes()).hex()
    (folder / "proof.json").write_text(json.dumps(proof))


def _other_place(folder: Path) -> None:
    """One entry handed out in the place of another."""
    first, second = sorted((folder / "entries").iterdir())[:2]
    first.write_bytes(second.read_bytes())


def _no_entries(folder: Path) -> None:
    proof = json.loads((folder / "proof.json").read_bytes())
    proof["entries"] = []
    (folder / "proof.json").write_text(json.dumps(proof))


def _swap(folder: Path) -> None:
    (folder / "checkpoint.txt").write_bytes((folder / "earlier.txt").read_bytes())


def _own_key(folder: Path) -> None:
    """Another key signs the same checkpoint; the list of files is still the old key's."""
    top = offline_verifier.read_checkpoint(
        (folder / "checkpoint.txt").read_bytes(), (folder / "key.pub").read_text(), ""
    )
    forger = Signer(top.origin, bytes(32))
    (folder / "key.pub").write_text(f"{forger.key}\n")
    for name in ("checkpoint.txt", "earlier.txt"):
        text = (folder / name).read_text(encoding="utf-8").partition("\n\n")[0] + "\n"
        (folder / name).write_text(forger.sign(text), encoding="utf-8")


def _climb(folder: Path) -> None:
    text = (folder / "manifest.txt").read_text(encoding="utf-8").partition("\n\n")[0]
    forger = Signer(text.split(" ")[1].split("\n")[0], bytes(32))
    _own_key(folder)
    head, task, *_ = text.split("\n")
    listed = f"{head}\n{task}\n{'0' * 64} ../key.pub\n"
    (folder / "manifest.txt").write_text(forger.sign(listed), encoding="utf-8")


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "entry and its hash": (_rehash, "is not in the signed ledger"),
    "another entry": (_other_place, "was changed"),
    "no entries": (_no_entries, "there is no entry"),
    "older checkpoint": (_swap, "is not in the signed ledger"),
    "another key": (_own_key, "signature of manifest.txt does not hold"),
    "a name that climbs": (_climb, "a name that is not allowed"),
    "a file removed": (lambda folder: (folder / "task.json").unlink(), "the file task.json is missing"),
    "an entry removed": (lambda folder: max((folder / "entries").iterdir()).unlink(), "is missing"),
    "a file put in": (
        lambda folder: (folder / "entries/999.entry").write_text("x"),
        "is not part of the bundle",
    ),
    "no json": (lambda folder: (folder / "proof.json").write_text("[" * 100_000), "cannot be read"),
    "a wrong shape": (
        lambda folder: (folder / "proof.json").write_text('{"task":"x","entries":[1]}'),
        "cannot be",
    ),
    "no key": (lambda folder: (folder / "key.pub").write_text("x"), "public key cannot be read"),
    "no checkpoint": (
        lambda folder: (folder / "checkpoint.txt").write_text("x"),
        "does not hold under the key",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_bundle_says_what_is_wrong(proven: Bundle, tmp_path: Path, name: str) -> None:
    folder = carried(proven, tmp_path)
    tamper, sentence = TAMPERINGS[name]
    tamper(folder)
    assert sentence in judged(folder)


def test_a_bundle_signed_by_a_forger_falls_to_the_published_key(proven: Bundle, tmp_path: Path) -> None:
    folder = carried(proven, tmp_path)
    forger = Signer(proven.key.partition("+")[0], bytes(32))
    assert judged(folder, str(forger.key)) == "the signature of checkpoint.txt does not hold under the key"


def test_leftovers_of_desktops_do_no_harm(proven: Bundle, tmp_path: Path) -> None:
    folder = carried(proven, tmp_path)
    (folder / "Thumbs.db").write_text("x")
    (folder / ".DS_Store").write_text("x")
    assert judged(folder) == ""


def test_a_checkpoint_that_the_registry_kept_is_compared(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    bundle = prove(arena, tmp_path / "proof")
    kept = sorted((tmp_path / "witness").iterdir())
    assert len(kept) == 2
    for file in kept:
        assert check(bundle.folder, "--checkpoint", str(file))[0] == 0
    signer = open_signer(tmp_path / "checkpoint.key", ledger_origin(store.salt))
    other = tmp_path / "other.checkpoint"
    other.write_text(signer.sign(Statement(signer.name, bundle.size, bytes(32)).text()), encoding="utf-8")
    assert "is not the bundle's" in check(bundle.folder, "--checkpoint", str(other))[1]
    other.write_text(signer.sign(Statement(signer.name, 9999, bytes(32)).text()), encoding="utf-8")
    assert "cannot be compared" in check(bundle.folder, "--checkpoint", str(other))[1]


@pytest.mark.covers("F33")
def test_nothing_is_proven_from_a_ledger_that_is_not_whole(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    Forger(store).run("UPDATE ledger SET actor = 'x' WHERE seq = 1")
    with pytest.raises(StopService, match=r"Nothing can be proven: Entry 1 .* was changed"):
        prove(arena, tmp_path / "proof")
    assert not (tmp_path / "proof").exists()


def test_a_checkpoint_row_that_was_swapped_proves_nothing(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    close_ledger(notary(arena), arena.system.clock)
    Forger(store).run("UPDATE checkpoint SET root = :root", root=bytes(32))
    with pytest.raises(StopService, match="are not those that were signed"):
        prove(arena, tmp_path / "proof")


def test_proving_twice_needs_another_folder_and_a_known_task(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    prove(arena, tmp_path / "proof")
    with pytest.raises(ConfigInvalid, match="is there already"):
        prove(arena, tmp_path / "proof")
    rules = Rules(arena.site.profiles, arena.site.calendar, arena.site.files)
    now = arena.system.clock
    for unknown in ("TD-0000000000", "unit:11"):
        with pytest.raises(ConfigInvalid, match="no task has the code"):
            prove_task(notary(arena), rules, unknown, tmp_path / "x", at=now, now=now)


def test_the_verdict_never_passes_what_was_read(store: Store, tmp_path: Path) -> None:
    arena = story(store, tmp_path)
    rules = Rules(arena.site.profiles, arena.site.calendar, arena.site.files)
    now = arena.system.clock
    future = now + timedelta(days=90)
    bundle = prove_task(notary(arena), rules, task_of(arena), tmp_path / "p", at=future, now=now)
    shown = json.loads((bundle.folder / "task.json").read_bytes())["shown"]
    assert shown["as_of"] < future.isoformat()


def test_the_verifier_reads_as_python_3_8_and_imports_nothing_of_ours() -> None:
    source = Path(offline_verifier.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {
        "__future__",
        "argparse",
        "base64",
        "hashlib",
        "json",
        "re",
        "sys",
        "pathlib",
        "typing",
    }


def test_the_command_line_signs_proves_and_verifies(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    store = open_store(url)
    arena = story(store, tmp_path)
    task = task_of(arena)
    arena.system.units["99"] = UnitRecord("99", "Sở Mới")
    run_pass(arena.site)
    store.close()
    config = tmp_path / "tdcd.toml"
    config.write_text(
        f'[ledger]\nurl = "{url}"\nevidence = "{tmp_path}/evidence"\nwitness_dir = "{tmp_path}/witness"\n'
        '[[site]]\nname = "memory"\nurl = "http://127.0.0.1"\nusername = "tdcd"\npassword = "x"\n'
    )

    def tdcd(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["ledger", *arguments, "--config", str(config)])
        return done.exit_code, done.output

    code, said = tdcd("checkpoint")
    assert code == 0, said
    assert said.startswith("tdcd/ledger/")
    assert "Khóa công khai / public key: tdcd/ledger/" in said
    code, said = tdcd("prove", task, "--out", str(tmp_path / "out"), "--with-files")
    assert code == 0, said
    assert check(tmp_path / "out")[0] == 0
    assert tdcd("verify")[0] == 0
    assert "nothing to accept" in str(
        CliRunner()
        .invoke(cli.app, ["ledger", "rebaseline", "--reason", "x", "--by", "nv1", "--config", str(config)])
        .exception
    )
    store = open_store(url)
    Forger(store).run("UPDATE ledger SET actor = 'x' WHERE seq = 2")
    store.close()
    code, said = tdcd("verify", "--json")
    assert code == 6
    assert json.loads(said)["first_bad"] == 2
