"""The Office on iOffice, a department on SOAP, the Office's box on the axis: three sandboxes, one configuration."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from config.settings import ActionSettings, LimitSettings, SecrecySettings, Settings, SiteSettings
from tests.sandbox_process import SERVICE, SandboxHandle

OFFICE, DEPARTMENT, AXIS = "van-phong", "so-tai-chinh", "truc"
PROVINCE: Final = "H99"
_PLACES: Final = {OFFICE: "/qlvb", DEPARTMENT: "/Services/VanBan.asmx", AXIS: "/truc/vxp"}
_KINDS: Final = {OFFICE: "ioffice", DEPARTMENT: "soap", AXIS: "axis"}


def settings_of(urls: Mapping[str, str], further: dict[str, Any]) -> Settings:
    """The sites whose addresses are given. What the province issues is tracked in the Office's system."""
    return Settings(site=tuple(_site(name, url) for name, url in urls.items()), **further)


def _site(name: str, url: str) -> SiteSettings:
    over_axis = name == AXIS
    user, password = (PROVINCE, f"khoa-truc-{PROVINCE}") if over_axis else SERVICE
    actions = ActionSettings(
        received=("03",),
        progress=("05",),
        returned=("02",),
        submitted=("06", "report"),
        displayed=("01", "04", "13", "15", "16"),
    )
    return SiteSettings(
        name=name,
        connector=_KINDS[name],
        url=f"{url}{_PLACES[name]}",
        username=user,
        password=SecretStr(password),
        owns=("H99", "H99.01", "UBND tỉnh Sông Lam") if name == OFFICE else (),
        secrecy=SecrecySettings(blank="open" if over_axis else "secret"),
        actions=actions if over_axis else ActionSettings(),
        limits=LimitSettings(rate_per_second=2000),
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """What other agencies send over the axis to the province's box."""

    sandbox: SandboxHandle

    def status(
        self, unit: str, directive: Mapping[str, str], code: str, text: str = "", **further: str
    ) -> str:
        """A status about a directive: `number` and `day` (YYYY/MM/DD), `document_id` where the registry gave one."""
        order = {
            "do": "status",
            "from": unit,
            "to": PROVINCE,
            "document_id": directive.get("document_id", ""),
            "code": directive["number"],
            "day": directive.get("day", ""),
            "status": code,
            "text": text,
        }
        return str(self.sandbox.post("/__sandbox__/axis", order | further)["sent"])

    def report(
        self, unit: str, directive: Mapping[str, str], number: str, subject: str, files: Mapping[str, bytes]
    ) -> str:
        """A report that answers the directive, with its files."""
        answered = {
            "OrganId": PROVINCE,
            "Code": directive["number"],
            "PromulgationDate": directive.get("day", ""),
            "DocumentId": directive.get("document_id", ""),
        }
        digits, _, notation = number.partition("/")
        order = {
            "do": "document",
            "from": unit,
            "to": [PROVINCE],
            "number": digits,
            "notation": notation,
            "type_name": "Báo cáo",
            "subject": subject,
            "files": [
                {"name": name, "data": base64.b64encode(content).decode()} for name, content in files.items()
            ],
            "answers": [answered],
        }
        return str(self.sandbox.post("/__sandbox__/axis", order)["sent"])


def configuration(folder: Path, urls: Mapping[str, str], ledger: str, *, poll: float) -> Path:
    """The same as a `tdcd.toml` in `folder`."""
    lines = [
        "[ledger]",
        f'url = "{ledger}"',
        f'evidence = "{folder}/data/evidence"',
        "[daemon]",
        f"poll_seconds = {poll}",
        f"tick_seconds = {poll}",
        "[backup]",
        f'dir = "{folder}/data/backups"',
    ]
    for site in settings_of(urls, {}).site:
        lines += [
            "[[site]]",
            f'name = "{site.name}"',
            f'connector = "{site.connector}"',
            f'url = "{site.url}"',
            f'username = "{site.username}"',
            f'password = "{site.password.get_secret_value()}"',
            f"owns = {list(site.owns)!r}",
            "[site.limits]",
            "rate_per_second = 2000",
            "[site.secrecy]",
            f'blank = "{site.secrecy.blank}"',
        ]
        if site.connector == "axis":
            lines.append("[site.actions]")
            lines += [
                f"{name} = {list(getattr(site.actions, name))!r}"
                for name in ("received", "progress", "returned", "submitted", "displayed")
            ]
    config = folder / "tdcd.toml"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return config
