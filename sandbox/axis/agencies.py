"""Who is connected to the axis: the province, its departments and communes, each with a system id and a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.state import State

_TIERS: Final = ("province", "department", "commune")


@dataclass(frozen=True, slots=True)
class Agency:
    """One connected body. `code` is of the newer form, `old_code` of the thirteen characters before it."""

    id: int
    parent: int
    code: str
    name: str

    @property
    def old_code(self) -> str:
        """`H99.02` was `000.00.02.H99`."""
        groups = self.code.split(".")[::-1]
        return ".".join([*["000", "00", "00", "00"][: 4 - len(groups)], *groups])

    @property
    def secret(self) -> str:
        """What signs the calls of this agency."""
        return f"khoa-truc-{self.code}"

    @property
    def mail(self) -> str:
        """A made-up address."""
        return f"vanthu@{self.code.lower()}.songlam.example"


class Agencies:
    """The register of the axis, made of the units that exist."""

    def __init__(self, state: State) -> None:
        rows = state.all("SELECT * FROM unit WHERE valid_to = '' ORDER BY rowid")
        units = {row["id"]: row for row in rows if row["tier"] in _TIERS and row["code"]}
        places = {unit_id: number for number, unit_id in enumerate(units, 1)}
        self._by_code = {
            row["code"].casefold(): Agency(
                places[unit_id], places.get(row["parent_id"], 0), row["code"], row["name"]
            )
            for unit_id, row in units.items()
        }
        self._by_code |= {agency.old_code.casefold(): agency for agency in [*self._by_code.values()]}

    def find(self, code: str) -> Agency | None:
        """By either code, without regard to capitals."""
        return self._by_code.get(code.strip().casefold())

    def all(self) -> list[Agency]:
        """Each once, in the order of the register."""
        return sorted(set(self._by_code.values()), key=lambda agency: agency.id)
