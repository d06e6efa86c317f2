"""What an administrator may set, with the reason for each default.

Read from `tdcd.toml`, then overruled by environment variables (`TDCD_LEDGER__URL`);
a site's password may also come from `TDCD_PASSWORD_<NAME>` or from the file
`<secrets_dir>/<name>.password`. Every problem is reported at once, and no message
ever repeats a value that was given, since it may be a password.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Seconds = Annotated[float, Field(gt=0)]
TEN_YEARS = 3650


def _within_ten_years(days: int) -> int:
    """A longer time is a slip, and one of millions of days leads out of the calendar."""
    if days > TEN_YEARS:
        raise ValueError(
            f"at most {TEN_YEARS} days (ten years); drafters are not asked about older directives"
        )
    return days


def _web_address(value: str) -> str:
    """Only addresses that a connector can open."""
    if not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


class _Section(BaseModel):
    """Unknown keys are refused: a mistyped key must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LedgerSettings(_Section):
    """Where the ledger and the evidence files are kept."""

    url: str = "sqlite:///tdcd-data/ledger.db"
    """`sqlite:///path` or `postgresql://user:password@host/database`."""
    evidence: Path = Path("tdcd-data/evidence")
    """Folder of evidence files, kept under the hash of their content."""
    signing_key: Path | None = None
    """Key that signs the ledger's checkpoints; default `checkpoint.key` beside the ledger, made on first use."""
    witness_dir: Path | None = None
    """Folder outside this machine's care (a share of the registry) that gets a copy of every checkpoint."""


class DaemonSettings(_Section):
    """The rhythm of the daemon. A poll of an unchanged site costs one request per stream."""

    poll_seconds: Seconds = 20
    """Documents and activity. A registered webhook makes the next poll start at once."""
    accounts_seconds: Seconds = 300
    """Units and accounts change seldom; a leaver is disabled by the sync that sees it."""
    tick_seconds: Seconds = 30
    """How often time alone may change states (only tasks whose next change has come)."""
    reconcile_at: time = time(2, 30)
    """Local time of the nightly complete comparison of both sides."""
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=0, ge=0, le=65535)
    """Port of the webhook receiver; 0 leaves it off."""
    webhook_certificate: Path | None = None
    """Certificate in PEM, with those that signed it, when no proxy in front speaks TLS; `webhook_key` beside it."""
    webhook_key: Path | None = None
    stop_seconds: Seconds = 30
    """How long a graceful stop lets the work under way go on; then 60 s more for the one write under way."""
    heartbeat_url: str = ""
    """Address that is asked for after every successful cycle, so that silence is noticed elsewhere."""
    canary_at: time = time(7, 0)
    """Local time of the daily measurement of the loop (see `site.canary`)."""

    @model_validator(mode="after")
    def _certificate_with_key(self) -> DaemonSettings:
        """One without the other would leave the receiver without TLS."""
        if (self.webhook_certificate is None) != (self.webhook_key is None):
            raise ValueError("webhook_certificate and webhook_key belong together")
        return self

    @field_validator("heartbeat_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        """Empty, or an address that the edge can open."""
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value


class BackupSettings(_Section):
    """Copies of the ledger and its evidence. Put `dir` on another disk: the default only survives mistakes."""

    dir: Path = Path("tdcd-data/backups")
    every_days: int = Field(default=7, ge=0)
    """Days between two copies; 0 leaves them to somebody else. A missed one raises an alarm (BT-24)."""
    at: time = time(1, 30)
    """Local time of the copy, and every night of the restore drill on the newest one."""
    keep: int = Field(default=5, ge=1)
    """How many copies stay; the oldest go first."""


class LogSettings(_Section):
    """Logs go to stderr, one event a line."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False
    """JSON for collectors; otherwise plain text for people."""


class ScopeSettings(_Section):
    """Which documents of the site are looked at, on top of what the profile says."""

    since: date | None = None
    """First issue day (YYYY-MM-DD) to read; without it everything is read."""
    issuers: tuple[str, ...] = ()
    """How this installation names the issuers of its directives, in place of the names in the profile."""


class SecrecySettings(_Section):
    """How marks are read. Whatever is not known to be open is classified."""

    blank: Literal["secret", "open"] = "secret"
    """What a blank mark means at this site; `tdcd doctor` says how many documents are blank."""
    open_marks: tuple[str, ...] = ()
    """Further marks that mean "not classified" at this site."""


class ActionSettings(_Section):
    """Which action in the document system means which event, by the site's own codes.

    `tdcd doctor` prints the site's status and evaluation lists with their codes.
    """

    received: tuple[str, ...] = ("34",)
    progress: tuple[str, ...] = ("2",)
    submitted: tuple[str, ...] = ("31",)
    extension_asked: tuple[str, ...] = ("32",)
    returned: tuple[str, ...] = ("33",)
    difficulty: tuple[str, ...] = ("35",)
    explanation: tuple[str, ...] = ("36",)
    displayed: tuple[str, ...] = (
        "1", "3", "4", "5", "11", "12", "13", "14", "15", "16", "21", "22",
        "23", "24", "41", "51", "52", "53", "54", "61", "62", "63", "64", "65",
        "66", "67", "68", "69", "71", "72", "73", "81", "82", "83",
    )  # fmt: skip
    """Codes that only show a state: set by a person they say nothing and are healed."""
    approved: tuple[str, ...] = ("1",)
    """Evaluation codes."""
    rejected: tuple[str, ...] = ("2",)
    extension_refused: tuple[str, ...] = ("3",)
    ended: tuple[str, ...] = ("4",)
    reopened: tuple[str, ...] = ("5",)
    due_moved_means: Literal["extension_granted", "nothing"] = "extension_granted"
    """A reviewer who moves a work item's due date consents to an extension."""

    @model_validator(mode="after")
    def _no_code_twice(self) -> ActionSettings:
        """One status code means one thing."""
        names = (
            "received",
            "progress",
            "submitted",
            "extension_asked",
            "returned",
            "difficulty",
            "explanation",
        )
        owners: dict[str, str] = {}
        for name in (*names, "displayed"):
            for code in getattr(self, name):
                if code in owners:
                    raise ValueError(f"status code {code} stands under both {owners[code]} and {name}")
                owners[code] = name
        return self


class WebhookSettings(_Section):
    """How the site signs its webhooks, at `/webhook/<name>`. Several secrets allow rotation."""

    secrets: tuple[SecretStr, ...] = ()
    signed: Literal["standard", "hmac"] = "standard"
    """Standard Webhooks, or an HMAC-SHA256 (secrets are texts then) that the keys below describe."""
    header: str = ""
    """Name of the header that carries the signature."""
    prefix: str = ""
    """What stands in front of it there, for example "sha256="."""
    encoding: Literal["hex", "base64"] = "hex"
    canonical: str = "{timestamp}.{body}"
    """What is signed, of {body}, {timestamp}, {id}, {method} and {path}."""
    timestamp_header: str = ""
    """Header with the time in seconds or milliseconds; needed for {timestamp}."""
    id_header: str = ""
    """Header by which a repeated message is known."""
    tolerance_seconds: int = Field(default=300, gt=0)
    """How far the signed time may be from ours."""

    @model_validator(mode="after")
    def _one_way_of_signing(self) -> WebhookSettings:
        """A key that nothing reads must not look as if it were obeyed."""
        own = {
            "header",
            "prefix",
            "encoding",
            "canonical",
            "timestamp_header",
            "id_header",
            "tolerance_seconds",
        }
        if self.signed == "standard" and (given := sorted(own & self.model_fields_set)):
            raise ValueError(f'{", ".join(given)}: only for signed = "hmac"')
        if self.signed == "hmac" and not self.header:
            raise ValueError('signed = "hmac" needs header')
        return self


class CanarySettings(_Section):
    """A made-up directive, kept in the document system for this alone, that must always be there."""

    directive: str = ""
    """Its id there; empty: the loop is not measured."""


class LimitSettings(_Section):
    """What one installation may be asked to bear, and what it may send."""

    rate_per_second: float = Field(default=8, gt=0)
    connect_seconds: Seconds = 10
    read_seconds: Seconds = 60
    total_seconds: Seconds = 120
    max_body_mib: int = Field(default=32, gt=0)
    max_file_mib: int = Field(default=100, gt=0)
    page_size: int = Field(default=100, gt=0, le=1000)
    overlap_days: int = Field(default=3, ge=0)
    """How far back a poll looks again for documents that were committed late."""


class EvidenceSettings(_Section):
    """What is asked about files before they are kept and passed on. No scanner is shipped."""

    scanner: tuple[str, ...] = ()
    """Command that gets a file's path as its last word: exit code 0 says clean, 1 harmful."""
    scanner_seconds: Seconds = 60
    """A file that is not called clean within this time is not passed on."""


class LintSettings(_Section):
    """What a drafter is told about a table whose rows are tracked all the same."""

    tell: Literal["off", "must", "all"] = "must"
    """Only what must be mended, or also what should be looked at again."""
    recent_days: Annotated[int, Field(ge=0)] = 30
    """Older directives are left alone."""
    tasks_a_day: Annotated[int, Field(ge=1)] = 10
    """Tasks of one unit due on one day that are still no crowd."""


class NarrativeSettings(_Section):
    """What becomes of tasks that stand in sentences, where a directive has no table."""

    mode: Literal["off", "propose", "track"] = "propose"
    """Proposed to the drafter and tracked once confirmed; "track" believes them at once."""
    recent_days: Annotated[int, Field(ge=0), AfterValidator(_within_ten_years)] = 30
    """Older directives are not asked about; at most ten years."""


class WorkSettings(_Section):
    """Where the work items of a site are, when its own interface only shows documents (`province-api`).

    Both must be of one installation: the same units, and documents under the same keys. The password may also
    come from `TDCD_PASSWORD_<NAME>_WORK` or from a file `<name>.work.password`.
    """

    connector: str = "ioffice"
    url: str
    username: str
    password: SecretStr = SecretStr("")

    _http_only = field_validator("url")(_web_address)


class SiteSettings(_Section):
    """One installation of a document system."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,30}$")
    connector: str = "ioffice"
    url: str
    username: str
    password: SecretStr = SecretStr("")
    profile: str = "laocai"
    """File name of the regulation in force, without `.toml`."""
    office: str = "Văn phòng UBND tỉnh"
    """Name of the Office: its leaders and specialists may approve."""
    owns: tuple[str, ...] = ()
    """Codes or names of the agencies that issue their directives in this system. Where several sites are
    configured, a directive of theirs is tracked here; every other site that shows it shows a copy."""
    ca_bundle: Path | None = None
    """Certificates that this installation is signed with, when the system's own do not do."""
    scope: ScopeSettings = ScopeSettings()
    secrecy: SecrecySettings = SecrecySettings()
    actions: ActionSettings = ActionSettings()
    webhook: WebhookSettings = WebhookSettings()
    limits: LimitSettings = LimitSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    lint: LintSettings = LintSettings()
    canary: CanarySettings = CanarySettings()
    narrative: NarrativeSettings = NarrativeSettings()
    work: WorkSettings | None = None

    _http_only = field_validator("url")(_web_address)


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        env_prefix="TDCD_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    ledger: LedgerSettings = LedgerSettings()
    daemon: DaemonSettings = DaemonSettings()
    backup: BackupSettings = BackupSettings()
    log: LogSettings = LogSettings()
    secrets_dir: Path | None = None
    profiles_dir: Path | None = None
    """Folder of further profiles; the shipped ones are always there."""
    site: tuple[SiteSettings, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Settings:
        """A site's name is its identity in the ledger."""
        names = [site.name for site in self.site]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise ValueError(f"two sites have the same name: {', '.join(doubles)}")
        owned = [name for site in self.site for name in {one.casefold() for one in site.owns}]
        shared = sorted({name for name in owned if owned.count(name) > 1})
        if shared:
            raise ValueError(f"two sites own the same issuer: {', '.join(shared)}")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the base class asks for all of them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file: the file's values come in as keyword arguments."""
        assert isinstance(init_settings, InitSettingsSource)
        return env_settings, init_settings
