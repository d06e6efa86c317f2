"""What a drafter should mend in a table although its rows are tracked: told with the rows that went back.

Only directives issued lately are looked at: nobody mends the table of two years ago, and a
first reading of an archive shall not write a comment on every paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from connector.records import DirectiveRecord
from mappings.assignment import Assignment
from mappings.lint import LintLimits, lint
from mappings.lint_findings import Finding as LintFinding
from mappings.tables import TableRow
from store.findings import Finding
from store.places import Places
from sync.site import Site
from tracking.calendar import ZONE
from tracking.events import Origin
from tracking.profile import Profile


def linted_since(site: Site) -> date:
    """The issue day from which on a directive counts as issued lately; the first of all days when none is too old."""
    today = site.now().astimezone(ZONE).date()
    return today - timedelta(days=min(site.settings.lint.recent_days, (today - date.min).days))


def lint_findings(
    site: Site,
    places: Places,
    record: DirectiveRecord,
    rows: Sequence[TableRow],
    profile: Profile,
    assignment: Assignment,
) -> Iterator[Finding]:
    """Findings of the check "6 rõ" beside those that `assignment` has (HC-06, HC-15, DT-05)."""
    rules, issued = site.settings.lint, record.issued_on
    if rules.tell == "off" or issued is None:
        return
    crowd = rules.tell == "all"
    found = lint(
        rows,
        profile=profile,
        calendar=site.calendar,
        directory=site.directory(places).units,
        issued=issued,
        load=places.tasks.due_counts(site.name, besides=record.remote_id) if crowd else {},
        limits=LintLimits(tasks_a_day=rules.tasks_a_day),
    )
    told = {_place(row.origin) for row in (*assignment.returned, *assignment.noted)}
    for finding in found:
        if _place(finding.origin) not in told and (crowd or finding.severity == "must"):
            yield _kept(site, record, finding)


def _place(origin: Origin) -> tuple[str, str, int]:
    return origin.file, origin.table, origin.row


def _kept(site: Site, record: DirectiveRecord, finding: LintFinding) -> Finding:
    origin = finding.origin
    place = " · ".join(part for part in (origin.file, origin.table, f"dòng {origin.row}") if part)
    return Finding(
        site=site.name,
        document_id=record.remote_id,
        place=place,
        problem=finding.code,
        text=finding.text,
        sentence=finding.sentence,
        remedy=finding.remedy,
    )
