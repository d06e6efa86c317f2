"""The check of an assignment table before it is issued: what its drafter should change, and nothing written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from commands.dryrun import Issued, UnitsFile
from commands.opened import SiteOption
from commands.show import JSON_OPTION, print_json, print_table
from commands.tables import ProfileName, TableFile, ask, refuse_unreadable, unreadable
from mappings.lint import Finding, lint
from mappings.lint_comment import lint_comment, lint_digest


def check(
    file: TableFile,
    profile: ProfileName = "",
    issued: Issued = "",
    units: UnitsFile = None,
    site: SiteOption = None,
    as_json: bool = JSON_OPTION,
) -> None:
    """Check one assignment table ("6 rõ", dates, load) and show the comment its drafter would get."""
    asked = ask(file, profile, issued, units, site)
    found = lint(
        asked.reading.rows,
        profile=asked.profile,
        calendar=asked.calendar,
        directory=asked.directory,
        issued=asked.issued,
    )
    if as_json:
        print_json(
            {
                "tables": len(asked.reading.tables),
                "rows": len(asked.reading.rows),
                "findings": [_answer(finding) for finding in found],
                "unreadable": [unreadable(problem) for problem in asked.reading.problems],
                "comment": lint_comment(found),
                "digest": lint_digest(found) if found else None,
            }
        )
    else:
        print_table(f"{file.name}: what to change", [_short(finding) for finding in found])
    refuse_unreadable(asked.reading)


def _answer(finding: Finding) -> dict[str, Any]:
    return {"row": finding.origin.row, "origin": asdict(finding.origin), **finding.as_answer()}


def _short(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.origin.row,
        "number": finding.origin.ordinal,
        "severity": finding.severity,
        "clear": f"rõ {finding.check.clear}",
        "sentence": finding.sentence,
        "remedy": finding.remedy,
    }
