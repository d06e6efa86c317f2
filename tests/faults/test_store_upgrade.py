"""Upgrades: older and newer databases, killed half-way, two at once, children of a table made anew.

A longer chain of migrations is put in place of the program's own. Excludes what the schema is
(`test_store_schema`).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from errors import ConfigInvalid, StopService
from store import versions
from store.dialects import engine_for, parsed
from store.engine import Store, open_store, upgrade
from store.ledger import Entry
from store.verify import verify_ledger

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

#: A parent that is made anew (on SQLite by Alembic's batch) while children point to it.
SECOND = '''"""A later step."""
import os
import signal
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("parent", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("parent", sa.Integer(), sa.ForeignKey("parent.id", ondelete="CASCADE", name="fk_child")),
    )
    op.execute("INSERT INTO parent VALUES (1, 'x')")
    op.execute("INSERT INTO child VALUES (10, 1), (11, 1), (12, 1)")
    if os.environ.get("KILLED") == "midway":
        os.kill(os.getpid(), signal.SIGKILL)
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("a", new_column_name="b", type_=sa.String(9))
'''

BREAKS = '''"""A step that leaves orphans."""
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM parent")
'''


@pytest.fixture
def longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program as it will be, with one more migration."""
    folder = tmp_path / "migrations"
    shutil.copytree(versions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0005_more.py").write_text(SECOND, encoding="utf-8")
    monkeypatch.setattr(versions, "FOLDER", folder)
    return folder


def noted(store: Store, key: str) -> None:
    with store.begin() as places:
        places.ledger.append([Entry("s", "A", "noted", key, NOW)], NOW)


def count(url: str, table: str) -> int:
    store = open_store(url)
    with store.read() as places:
        found = places.ledger._sql.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    store.close()
    return int(found)


@pytest.mark.covers("F41")
def test_an_older_database_says_how_to_bring_it_up(store: Store, store_url: str, longer: Path) -> None:
    noted(store, "kept")
    store.close()
    with pytest.raises(
        ConfigInvalid, match="has schema 0004 and this program needs 0005: run `tdcd db upgrade`"
    ):
        open_store(store_url)
    assert upgrade(store_url) == ("0004", "0005")
    assert upgrade(store_url) == ("0005", "0005")
    assert count(store_url, "child") == 3
    again = open_store(store_url)
    assert verify_ledger(again).size == 1
    noted(again, "more")
    again.close()


@pytest.mark.covers("F41")
def test_a_newer_database_refuses_to_start_with_one_sentence(
    fresh_url: str, longer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(fresh_url).close()
    monkeypatch.undo()
    for call in (open_store, upgrade):
        with pytest.raises(
            StopService, match=r"schema 0005, which is newer than this program \(0004\)\."
        ) as caught:
            call(fresh_url)
        assert caught.value.sentence.count(".") == 1
        assert caught.value.remedy


@pytest.mark.covers("F41")
def test_a_file_is_copied_aside_before_it_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'tdcd.sqlite3'}"
    store = open_store(url)
    noted(store, "kept")
    (tmp_path / "tdcd.sqlite3.before-upgrade-of-0004").write_text("an earlier copy")
    with store.read() as places:
        assert places.ledger.size() == 1
        folder = tmp_path / "migrations"
        shutil.copytree(versions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "0005_more.py").write_text(SECOND, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(versions, "FOLDER", folder)
        assert upgrade(url) == ("0004", "0005")
    store.close()
    copy = tmp_path / "tdcd.sqlite3.before-upgrade-of-0004-1"
    shutil.copy(copy, tmp_path / "tdcd.sqlite3")
    restored = open_store(url)
    assert verify_ledger(restored).size == 1
    restored.close()
    assert sorted(path.name for path in tmp_path.glob("*before*")) == [
        "tdcd.sqlite3.before-upgrade-of-0004",
        "tdcd.sqlite3.before-upgrade-of-0004-1",
    ]


def killed(url: str, folder: Path, before: str) -> None:
    program = f"""
import os, signal, sys
from pathlib import Path
from alembic import op
from store import versions
from store.dialects import engine_for, parsed
from store.engine import open_store, upgrade
versions.FOLDER = Path(sys.argv[2])
{before}
"""
    done = subprocess.run(
        [sys.executable, "-c", program, url, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"KILLED": "midway", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.covers("F41")
def test_killed_half_way_through_an_upgrade_the_database_is_what_it_was(
    store: Store, store_url: str, longer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(store, "kept")
    store.close()
    killed(store_url, longer, "upgrade(sys.argv[1])")
    with pytest.raises(ConfigInvalid, match="run `tdcd db upgrade`"):
        open_store(store_url)
    assert upgrade(store_url) == ("0004", "0005")
    assert count(store_url, "child") == 3
    assert count(store_url, "ledger") == 1


@pytest.mark.covers("F41")
def test_killed_half_way_through_the_first_start_the_next_one_begins_anew(fresh_url: str) -> None:
    die = "op.create_index = lambda *given, **more: os.kill(os.getpid(), signal.SIGKILL)"
    killed(fresh_url, versions.FOLDER, f"{die}\nopen_store(sys.argv[1])")
    store = open_store(fresh_url)
    noted(store, "first")
    assert verify_ledger(store).ok
    store.close()


@pytest.mark.covers("F41")
def test_an_upgrade_that_would_leave_orphans_is_undone(tmp_path: Path, longer: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tdcd.sqlite3'}"
    open_store(url).close()
    (longer / "versions" / "0006_breaks.py").write_text(BREAKS, encoding="utf-8")
    with pytest.raises(StopService, match="nothing was changed"):
        upgrade(url)
    (longer / "versions" / "0006_breaks.py").unlink()
    assert count(url, "parent") == 1
    assert count(url, "child") == 3


@pytest.mark.covers("F35", "F41")
def test_two_first_starts_at_once_make_one_database(fresh_url: str) -> None:
    program = "import sys; from store.engine import open_store; print(open_store(sys.argv[1]).salt.hex())"
    command = [sys.executable, "-c", program, fresh_url]
    starts = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    told = [start.communicate(timeout=60) for start in starts]
    assert [start.returncode for start in starts] == [0, 0], told
    assert len({salt for salt, _errors in told}) == 1


@pytest.mark.covers("F41")
def test_a_database_of_something_else_is_left_alone(fresh_url: str, longer: Path) -> None:
    engine = engine_for(parsed(fresh_url)).execution_options(tdcd_writing=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id int)"))
    engine.dispose()
    for call in (open_store, upgrade):
        with pytest.raises(StopService, match="was not made by this program"):
            call(fresh_url)
