"""One document system as the movements see it: its connector, its rules, and the places they share.

The clock is passed in. Nothing here survives a restart; whatever must, is in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from config.profile_files import ProfileShelf
from config.settings import SiteSettings
from connector.port import Connector
from errors import ConfigInvalid
from mappings.accounts import may_review, role_of
from mappings.actions import ActionRules
from mappings.posts import Held, held_at
from mappings.texts import fold
from mappings.units import UnitDirectory, UnitEntry
from store.directory import AccountRow, FormerPost
from store.engine import Store
from store.evidence import EvidenceFiles
from store.places import Places
from tracking.calendar import WorkingCalendar
from tracking.profile import InScope, Profile
from tracking.task import Task

log = structlog.get_logger("tdcd")


@dataclass(slots=True)
class Directory:
    """Units and accounts as they stood when they were read from the store."""

    units: UnitDirectory
    office_units: frozenset[str]
    accounts: tuple[AccountRow, ...]
    former: tuple[FormerPost, ...] = ()
    _active: dict[str, AccountRow] = field(init=False, default_factory=dict)
    _held: dict[str, list[Held[AccountRow]]] = field(init=False, default_factory=dict)
    _officers: dict[str, set[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Asked for every row of every directive, so looked up and not searched for."""
        for account in self.accounts:
            if account.state == "active":
                self._active.setdefault(account.user_id, account)
                if account.unit_id in self.office_units:
                    self._officers.setdefault(fold(account.full_name), set()).add(account.user_id)
        self._held = _by_person(self.accounts, self.former)

    def may_review(self, user_id: str, at: datetime) -> bool:
        """Whether this user might approve, reject or consent for the Office at that time (DT-08, LC-16).

        A post of today gives no right over yesterday, and what was done by right stays done.
        """
        posts = held_at(self._held.get(user_id, []), at)
        return may_review(posts, self.office_units, user_id)

    def contact(self, user_id: str) -> AccountRow | None:
        """An active post of this user, for the contact line of a notice (HC-20)."""
        return self._active.get(user_id)

    def acting(self, unit_id: str, on: date) -> str:
        """The unit that answers for `unit_id` on a day: itself, or its only successor (LC-03).

        Empty when it was divided among several, or is not known: then a person decides.
        """
        passed: set[str] = set()
        while unit_id not in passed:
            passed.add(unit_id)
            entry = self.units.entry(unit_id)
            if entry is None or entry.valid_to is None or entry.valid_to >= on:
                return unit_id if entry is not None else ""
            unit_id = entry.successors[0] if len(entry.successors) == 1 else unit_id
        return ""

    def officer(self, name: str, drafter: str) -> str:
        """The user id of the monitoring officer: the one person of the Office with this name, else the drafter."""
        named = self._officers.get(fold(name), set()) if name else set()
        if len(named) == 1:
            return next(iter(named))
        return drafter if drafter and self.contact(drafter) else name


@dataclass(slots=True)
class Site:
    """Everything a movement needs; owned by one worker thread at a time."""

    name: str
    settings: SiteSettings
    store: Store
    files: EvidenceFiles
    connector: Connector
    profiles: ProfileShelf
    calendar: WorkingCalendar
    now: Callable[[], datetime]
    #: site by issuer (folded code or name), of all sites configured; None where this is the only one.
    owners: Mapping[str, str] | None = None
    #: the other sites, where this one owns issuers: what people do with its tasks may be read there.
    neighbours: tuple[str, ...] = ()
    #: kept by `sync/rule_changes.py`, which works it out once a process.
    rules_digest: str = ""
    #: whether this run has looked at the newest work items, and read what was done to all; the newest intent that
    #: earlier runs left to it (-1: not asked yet); see `sync/older_ledger.py`.
    looked: bool = False
    traced: bool = False
    left_over: int = -1
    _directory: Directory | None = field(default=None)
    _scopes: dict[tuple[str, str, str, str], InScope] = field(default_factory=dict)

    def directory(self, places: Places) -> Directory:
        """Units and accounts, read once until `directory_changed` is called."""
        if self._directory is None:
            self._directory = _read_directory(self.name, self.settings.office, places)
        return self._directory

    def directory_changed(self) -> None:
        """The next use reads units and accounts again."""
        self._directory = None

    def profile_on(self, day: date) -> Profile | None:
        """The regulation under which a directive issued on `day` falls; None when none was in force."""
        try:
            return self.profiles.in_force(self.profiles.named(self.settings.profile).id, day)
        except ConfigInvalid:
            return None

    def in_scope(self, profile: Profile, doc_type: str, issuer: str) -> InScope:
        """`Profile.in_scope`, asked once for each kind of document: a site has a few dozen."""
        key = (profile.id, profile.version, doc_type, issuer)
        if key not in self._scopes:
            names = self.settings.scope.issuers
            scope = profile.scope.model_copy(update={"issuers": names}) if names else profile.scope
            self._scopes[key] = scope.judge(doc_type, issuer)
        return self._scopes[key]

    def profile_of(self, task: Task) -> Profile:
        """The version a task was given under, which it keeps. Raises ConfigInvalid when its file is gone."""
        return self.profiles.version(task.profile, task.profile_version)

    def action_rules(self) -> ActionRules:
        """The site's own codes, by what they mean."""
        actions = self.settings.actions
        statuses = {
            code: event
            for event, codes in {
                "task_received": actions.received,
                "progress_reported": actions.progress,
                "result_submitted": actions.submitted,
                "extension_asked": actions.extension_asked,
                "task_returned": actions.returned,
                "difficulty_reported": actions.difficulty,
                "explanation_filed": actions.explanation,
                "": actions.displayed,
            }.items()
            for code in codes
        }
        evaluations = {
            code: event
            for event, codes in {
                "result_approved": actions.approved,
                "result_rejected": actions.rejected,
                "extension_refused": actions.extension_refused,
                "task_ended": actions.ended,
                "task_reopened": actions.reopened,
            }.items()
            for code in codes
        }
        moved = "extension_granted" if actions.due_moved_means == "extension_granted" else ""
        return ActionRules(statuses=statuses, evaluations=evaluations, due_moved=moved)


def unit_directory(site: str, places: Places) -> UnitDirectory:
    """Every unit of a site that was ever seen, with its validity, ready for names to be looked up."""
    rows = places.directory.units(site)
    return UnitDirectory(
        [
            UnitEntry(
                unit_id=row.unit_id,
                name=row.name,
                code=row.code,
                tier=row.tier,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                successors=row.successors,
            )
            for row in rows
        ]
    )


def _read_directory(site: str, office: str, places: Places) -> Directory:
    rows = places.directory.units(site)
    office_units = {row.unit_id for row in rows if fold(row.name) == fold(office)}
    office_units |= {row.unit_id for row in rows if row.parent_id in office_units}
    accounts = tuple(places.directory.accounts(site))
    former = tuple(places.directory.former_posts(site))
    return Directory(unit_directory(site, places), frozenset(office_units), accounts, former)


def _by_person(
    accounts: Sequence[AccountRow], former: Sequence[FormerPost]
) -> dict[str, list[Held[AccountRow]]]:
    """Every post with the stretch in which it was so, by whoever held it then."""
    held: dict[str, list[Held[AccountRow]]] = {}
    since: dict[str, datetime | None] = {}
    for post in former:
        if post.state != "unlisted":
            row = AccountRow(
                post.site,
                post.posting_id,
                post.user_id,
                full_name="",
                position=post.position,
                role=role_of(post.position),
                unit_id=post.unit_id,
                state=post.state,
            )
            one = Held(row, since.get(post.posting_id), post.ended_at)
            held.setdefault(post.user_id, []).append(one)
        since[post.posting_id] = post.sure_to
    for account in accounts:
        held.setdefault(account.user_id, []).append(Held(account, since.get(account.posting_id)))
    return held
