"""`tdcd.toml`: every problem at once, no value repeated, environment over file, passwords from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loading import load, site_of
from config.template import TEMPLATE
from errors import ConfigInvalid


def _write(folder: Path, text: str) -> Path:
    file = folder / "tdcd.toml"
    file.write_text(text, encoding="utf-8")
    return file


SITE = '[[site]]\nname = "songlam"\nurl = "http://127.0.0.1:1/qlvb"\nusername = "tdcd"\n'


def test_the_template_is_valid_and_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    without = load(environ={})
    _write(tmp_path, TEMPLATE)
    with_file = load(environ={})
    assert with_file.model_dump() == without.model_dump()


def test_every_problem_is_listed_at_once_without_values(tmp_path: Path) -> None:
    text = (
        '[ledger]\nurll = "x"\n[daemon]\npoll_seconds = -1\n[[site]]\nname = "A B"\nurl = "ftp://x"\n'
        'password = ["hunter2"]\n[site.actions]\nreceived = ["1"]\n'
    )
    with pytest.raises(ConfigInvalid) as caught:
        load(_write(tmp_path, text), environ={"TDCD_LEGDER__URL": "x"})
    told = str(caught.value)
    for key in ("ledger.urll", "daemon.poll_seconds", "site.0.name", "site.0.url", "site.0.username",
                "site.0.password", "site.0.actions", "TDCD_LEGDER__URL"):  # fmt: skip
        assert key in told
    assert "hunter2" not in told
    assert caught.value.exit_code == 2


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = _write(tmp_path, "[ledger\n")
    with pytest.raises(ConfigInvalid, match="not readable as TOML"):
        load(file, environ={})
    with pytest.raises(ConfigInvalid, match="does not exist"):
        load(tmp_path / "other.toml", environ={})


def test_environment_overrules_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _write(tmp_path, '[ledger]\nurl = "sqlite:///a.db"\n' + SITE + 'password = "p"\n')
    monkeypatch.setenv("TDCD_LEDGER__URL", "postgresql://h/d")
    assert load(file).ledger.url == "postgresql://h/d"


def test_passwords_come_from_environment_or_a_file(tmp_path: Path) -> None:
    file = _write(tmp_path, SITE)
    with pytest.raises(ConfigInvalid, match="TDCD_PASSWORD_SONGLAM"):
        load(file, environ={})
    given = load(file, environ={"TDCD_PASSWORD_SONGLAM": "one"})
    assert given.site[0].password.get_secret_value() == "one"
    (tmp_path / "songlam.password").write_text("two\n", encoding="utf-8")
    file = _write(tmp_path, f'secrets_dir = "{tmp_path}"\n' + SITE)
    assert load(file, environ={}).site[0].password.get_secret_value() == "two"
    assert "two" not in repr(load(file, environ={}))


def test_two_sites_with_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="same name"):
        load(_write(tmp_path, (SITE + 'password = "p"\n') * 2), environ={})


def test_a_site_is_chosen_by_name(tmp_path: Path) -> None:
    second = SITE.replace("songlam", "other")
    settings = load(_write(tmp_path, SITE + 'password = "p"\n' + second + 'password = "p"\n'), environ={})
    assert site_of(settings, "other").name == "other"
    with pytest.raises(ConfigInvalid, match="songlam, other"):
        site_of(settings, None)


WORK = '[site.work]\nurl = "http://127.0.0.1:1/qlvb/"\nusername = "tdcd"\n'


def test_the_place_of_work_items_has_a_password_of_its_own(tmp_path: Path) -> None:
    file = _write(tmp_path, f'secrets_dir = "{tmp_path}"\n' + SITE + WORK)
    with pytest.raises(ConfigInvalid, match="TDCD_PASSWORD_SONGLAM_WORK") as caught:
        load(file, environ={"TDCD_PASSWORD_SONGLAM": "one"})
    assert len(caught.value.problems) == 1
    given = load(file, environ={"TDCD_PASSWORD_SONGLAM": "one", "TDCD_PASSWORD_SONGLAM_WORK": "two"}).site[0]
    assert given.work is not None
    assert (given.work.connector, given.work.url) == ("ioffice", "http://127.0.0.1:1/qlvb")
    assert (given.password.get_secret_value(), given.work.password.get_secret_value()) == ("one", "two")
    (tmp_path / "songlam.work.password").write_text("three\n", encoding="utf-8")
    settings = load(file, environ={"TDCD_PASSWORD_SONGLAM": "one"})
    work = settings.site[0].work
    assert work is not None
    assert work.password.get_secret_value() == "three"
    assert "three" not in repr(settings)


def test_the_place_of_work_items_is_checked_like_the_site(tmp_path: Path) -> None:
    broken = WORK.replace("http://", "ftp://") + 'conector = "x"\n'
    with pytest.raises(ConfigInvalid, match=r"site\.0\.work\.url: .*http") as caught:
        load(_write(tmp_path, SITE + 'password = "p"\n' + broken), environ={})
    assert "site.0.work.conector" in str(caught.value)


def test_how_long_drafters_are_asked_about_old_directives_is_bounded(tmp_path: Path) -> None:
    text = SITE + 'password = "p"\n[site.narrative]\nrecent_days = '
    assert load(_write(tmp_path, f"{text}3650\n"), environ={}).site[0].narrative.recent_days == 3650
    for days in (3651, 10**12):
        with pytest.raises(ConfigInvalid, match=r"site\.0\.narrative\.recent_days: .*at most 3650 days"):
            load(_write(tmp_path, f"{text}{days}\n"), environ={})
