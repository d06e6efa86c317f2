"""What reaches a log line: cut, escaped, and without secrets."""

from __future__ import annotations

import pytest
import structlog

from config.settings import LogSettings
from sync.logs import LONGEST, clean, configure_logs


@pytest.mark.covers("M34", "M37")
def test_control_characters_are_shown_not_obeyed() -> None:
    shown = clean(None, "info", {"event": "title", "title": "a\x1b[31m\nb\u202e{{7*7}}' OR 1=1"})
    assert shown["title"] == "a\\x1b[31m\\x0ab\\x202e{{7*7}}' OR 1=1"


@pytest.mark.covers("M34")
def test_long_texts_are_cut() -> None:
    assert len(clean(None, "info", {"title": "ă" * 10_000})["title"]) == LONGEST


@pytest.mark.covers("M44")
def test_secrets_are_never_shown() -> None:
    shown = clean(None, "info", {"password": "hunter2", "x_authentication_token": "t", "number": "12/CT"})
    assert "hunter2" not in str(shown)
    assert shown["x_authentication_token"] == "…"
    assert shown["number"] == "12/CT"


@pytest.mark.parametrize("json_lines", [False, True])
@pytest.mark.covers("M44")
def test_a_traceback_shows_no_local_variables(json_lines: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogSettings(json_lines=json_lines))
    whispered = "hunter" + "2" * 3

    def fail(secret: str) -> None:
        raise ValueError(f"a text of {len(secret)} letters")

    try:
        fail(whispered)
    except ValueError:
        structlog.get_logger("tdcd").exception("directive held")
    finally:
        structlog.reset_defaults()
    told = capsys.readouterr().err
    assert "ValueError: a text of 9 letters" in told
    assert whispered not in told
