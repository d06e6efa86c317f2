"""`tdcd doctor`: what an installation can do and what must be mended before it is trusted. Writes nothing there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.doctor_report import Finding, findings, headline, lines
from commands.opened import ConfigOption, SiteOption
from commands.show import JSON_OPTION, print_json, print_table, progress
from config.loading import load, site_of
from config.profile_files import load_profile
from config.settings import Settings, SiteSettings
from connector.capability_words import words
from connector.examining import ROWS, Examination, Holds, examine
from connector.lines import through
from connector.opening import OPENERS
from connector.plugins import offers
from connector.port import Capability, Connector
from connector.recording.files import redacted, write_recording
from connector.recording.tape import IsOpen, Tape
from connector.records import DirectiveRecord
from errors import ConfigInvalid
from mappings.secrecy import OPEN_MARKS, judge
from sync.opening import connect, open_ledger

_STATUS_KEYS = (
    "received",
    "progress",
    "submitted",
    "extension_asked",
    "returned",
    "difficulty",
    "explanation",
    "displayed",
)
#: What the program gives to actions that come as no code at all.
_WORDS = frozenset({"report"})
TO_MEND = 2


def doctor(
    config: ConfigOption = None,
    site: SiteOption = None,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    record: Annotated[
        Path | None,
        typer.Option(
            help="Folder for a recording of the answers, without names, words of documents or secrets."
        ),
    ] = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Look at the configuration, the ledger and the document system; change nothing in it. Exit code 2: to mend."""
    if lang not in {"vi", "en"}:
        raise ConfigInvalid([f"--lang is vi or en, not {lang}"], where="doctor")
    settings = load(config)
    chosen = site_of(settings, site)
    kept_in = record / f"{chosen.name}.json" if record else None
    found = _looked_at(chosen, kept_in)
    answer = _answer(settings, chosen, found)
    told = findings(chosen.connector, found, answer, offers(OPENERS))
    if as_json:
        print_json(answer | {"findings": told})
    else:
        _print(chosen, found, answer, told, lang)
    if kept_in:
        said = f"Đã ghi {kept_in}." if lang == "vi" else f"Recorded in {kept_in}."
        typer.echo(said, err=True)
    if any(one.must for one in told):
        raise typer.Exit(TO_MEND)


def openness(site: SiteSettings) -> IsOpen:
    """The same judgement by which documents are kept, without their files."""
    marks = OPEN_MARKS | set(site.secrecy.open_marks)

    def is_open(record: DirectiveRecord) -> bool:
        return not judge(record, blank=site.secrecy.blank, open_marks=marks).classified

    return is_open


def _looked_at(site: SiteSettings, kept_in: Path | None) -> Examination:
    """The examination; with `kept_in` its requests and replies are kept there, as far as they may be."""
    small = site.model_copy(update={"limits": site.limits.model_copy(update={"page_size": ROWS})})
    tape, is_open = Tape() if kept_in else None, openness(site)
    with through(tape):
        connector = connect(small)
    try:
        with progress(f"Looking at {site.url}"):
            found = examine(connector, is_open)
    finally:
        connector.close()
    if tape and kept_in:
        _keep(tape, connector, site, is_open, kept_in)
    return found


def _keep(tape: Tape, connector: Connector, site: SiteSettings, is_open: IsOpen, file: Path) -> None:
    write_recording(redacted(tape, connector, site.connector, site.url, site.username, is_open), file)


def _answer(settings: Settings, site: SiteSettings, found: Examination) -> dict[str, Any]:
    profile = load_profile(site.profile, settings.profiles_dir)
    store = open_ledger(settings)
    try:
        ledger = store.describe()
    finally:
        store.close()
    codes = {code for name in _STATUS_KEYS for code in getattr(site.actions, name)} - _WORDS
    held = found.capabilities
    works = held[Capability.SHOWS_WORK] is not Holds.NOT_DECLARED
    states = profile.texts() - set(found.probe.statuses.values())
    listed = held[Capability.WRITES_STATUS] is not Holds.NOT_DECLARED
    listed = listed and held[Capability.FREE_STATUS] is Holds.NOT_DECLARED
    return {
        "site": site.name,
        "ledger": ledger,
        "profile": f"{profile.id} {profile.version}",
        "capabilities": sorted(one for one, holds in held.items() if holds is not Holds.NOT_DECLARED),
        "capabilities_seen": {one.value: holds.value for one, holds in held.items()},
        **asdict(found.probe),
        **{
            name: getattr(found, name)
            for name in ("units", "accounts", "page_rows", "stable", "open_documents", "roles")
        },
        **{name: getattr(found, name) for name in ("largest_file", "files", "requests")},
        "codes_not_in_site_list": sorted(codes - set(found.probe.statuses)) if works else [],
        "texts_not_in_site_list": sorted(states) if listed else [],
    }


def _print(
    site: SiteSettings, found: Examination, answer: dict[str, Any], told: list[Finding], lang: str
) -> None:
    vi = lang == "vi"
    for line in (headline(site.name, site.connector, lang), *lines(found, answer, lang), ""):
        typer.echo(line)
    columns = ("khả năng", "thấy", "nghĩa là") if vi else ("capability", "seen", "means")
    rows = []
    for one, holds in found.capabilities.items():
        said = words(one, "vi" if vi else "en")
        means = said.without if holds is Holds.NOT_DECLARED else said.can
        rows.append(dict(zip(columns, (said.name, _HOLDS[lang][holds], means), strict=True)))
    print_table("Khả năng" if vi else "Capabilities", rows)
    for title, listed in (("statuses", found.probe.statuses), ("evaluations", found.probe.evaluations)):
        if listed:
            names = ("mã", "câu chữ") if vi else ("code", "text")
            typer.echo("")
            print_table(_TITLES[lang][title], [dict(zip(names, row, strict=True)) for row in listed.items()])
    typer.echo("")
    for finding in told:
        typer.echo(f"{'!' if finding.must else '-'} {finding.vi if vi else finding.en}")
    if not told:
        typer.echo("Không có gì phải sửa." if vi else "Nothing to mend.")


_TITLES = {
    "vi": {"statuses": "Danh mục trạng thái", "evaluations": "Danh mục đánh giá"},
    "en": {"statuses": "List of states", "evaluations": "List of evaluations"},
}
_HOLDS = {
    "vi": {
        Holds.SHOWN: "có",
        Holds.NOT_SHOWN: "KHÔNG THẤY",
        Holds.NOT_TRIED: "có, chưa thử",
        Holds.NOT_DECLARED: "không",
    },
    "en": {
        Holds.SHOWN: "yes",
        Holds.NOT_SHOWN: "NOT SEEN",
        Holds.NOT_TRIED: "yes, not tried",
        Holds.NOT_DECLARED: "no",
    },
}
