"""Closing the ledger with a signed checkpoint, and hearing what the witness remembers of it.

The daily checkpoint signs the root that the head has carried along, so a later edit of an old entry shows
up against it. The witness is asked before anything is signed or begun: a database that was put back to an
older copy must not go on as if nothing had been (F34).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from config.settings import Settings
from errors import ConfigInvalid, StopService
from store.checkpoints import Checkpoint
from store.engine import Store
from store.keys import begin_key, key_beside, known_keys, open_signer
from store.ledger import Entry, Ledger
from store.merkle import Frontier
from store.places import Places
from store.signing import Statement, VerifierKey, ledger_origin
from store.verify import Earlier, EntryWrongError, LedgerReport, verify_ledger, whole_rows
from store.witness import Witnessed, WitnessFolder
from sync.orders import RESYNC

#: What the ledger says about itself: no site can have this name, no task this key.
OWN_SITE, OWN_SUBJECT, REBASELINED = "-", "ledger", "ledger_rebaselined"


class WitnessDisagrees(StopService):
    """The ledger is not the one that the witness remembers: nothing may be written until a person has looked."""


@dataclass(frozen=True, slots=True)
class Notary:
    """A ledger, the key that signs for it, and who keeps copies of what was signed."""

    store: Store
    key_file: Path
    witness: WitnessFolder | None = None

    @property
    def origin(self) -> str:
        """The name of the ledger in its checkpoints."""
        return ledger_origin(self.store.salt)


def notary_of(settings: Settings, store: Store) -> Notary:
    """The notary that the configuration asks for."""
    ledger = settings.ledger
    origin = ledger_origin(store.salt)
    witness = WitnessFolder(ledger.witness_dir, origin) if ledger.witness_dir else None
    return Notary(store, ledger.signing_key or key_beside(ledger.url, ledger.evidence), witness)


def close_ledger(notary: Notary, now: datetime) -> Checkpoint:
    """Sign the ledger as it stands, once for each size, and give a copy to the witness.

    Raises WitnessDisagrees; ConfigInvalid when the key cannot be used; RetryLater when the witness is away,
    which is asked again next time and then gets whatever it lacks.
    """
    check_witness(notary)
    signer = open_signer(notary.key_file, notary.origin)
    with notary.store.begin() as places:
        size, root, _frontier = places.ledger.head()
        note = signer.sign(Statement(notary.origin, size, root).text())
        kept = places.checkpoints.add(Checkpoint(size, root, now.astimezone(UTC), note))
    _tell_witness(notary)
    return kept


def renew_key(notary: Notary) -> VerifierKey:
    """Begin to sign with a new key; the earlier public keys stay valid for what they signed."""
    return begin_key(notary.key_file, notary.origin).key


def check_witness(notary: Notary) -> None:
    """Pass only a ledger that still begins with what the witness last saw; the configured one, or none.

    Costs one look-up when this database has signed that very checkpoint; otherwise the entries up to it
    are hashed again. Raises WitnessDisagrees; RetryLater when the witness's folder is away.
    """
    if notary.witness is None:
        return
    with notary.store.read() as places:
        for one in notary.witness.newest(set_aside(places.ledger)):
            trouble = _trouble(places, one)
            if trouble:
                raise WitnessDisagrees(
                    f"{trouble} Nothing is read or written.",
                    remedy="Restore the newest copy. If this one shall go on: `tdcd ledger rebaseline --reason`.",
                )


def set_aside(ledger: Ledger) -> frozenset[str]:
    """The witness's files that a person has declared void, as the ledger itself records."""
    entries = ledger.history([OWN_SUBJECT])[OWN_SUBJECT]
    named = [orjson.loads(one.body)["set_aside"] for one in entries if one.kind == REBASELINED]
    return frozenset(name for names in named for name in names)


def verify_with_checkpoints(notary: Notary, *, witness: bool = True) -> LedgerReport:
    """`verify_ledger` with every public key known here and everything that the witness remembers."""
    earlier: list[Earlier] = []
    if notary.witness is not None and witness:
        with notary.store.read() as places:
            kept = notary.witness.all(set_aside(places.ledger))
        earlier = [
            Earlier(one.statement.size, one.statement.root.hex(), f"the witness's {one.file}") for one in kept
        ]
    return verify_ledger(notary.store, keys=known_keys(notary.key_file), witnessed=earlier)


def rebaseline(notary: Notary, sites: Sequence[str], reason: str, by: str, now: datetime) -> Checkpoint:
    """Go on with this ledger although the witness remembers another one; who and why is put in the ledger.

    The witness keeps both histories: nothing is removed there. Every site is ordered to be read again in
    full. ConfigInvalid when there is no reason, or nothing to accept.
    """
    if not reason.strip() or notary.witness is None:
        raise ConfigInvalid(["a reason and a configured `witness_dir` are needed"], where="rebaseline")
    with notary.store.read() as places:
        aside = set_aside(places.ledger)
    kept = notary.witness.all(aside)
    with notary.store.begin() as places:
        void = [one.file for one in kept if _trouble(places, one)]
        if not void:
            raise ConfigInvalid(
                ["the witness agrees with this ledger: nothing to accept"], where="rebaseline"
            )
        size, root, _frontier = places.ledger.head()
        body = {"reason": reason, "by": by, "size": size, "root": root.hex(), "set_aside": void}
        key = f"rebaseline:{now.isoformat()}"
        entry = Entry(OWN_SITE, OWN_SUBJECT, REBASELINED, key, now, by, orjson.dumps(body))
        places.ledger.append([entry], now)
        for site in sites:
            places.signals.order(RESYNC, {"site": site, "everything": True}, now)
    return close_ledger(notary, now)


def _tell_witness(notary: Notary) -> None:
    if notary.witness is not None:
        with notary.store.read() as places:
            signed = places.checkpoints.all()
        notary.witness.put(signed)


def _trouble(places: Places, one: Witnessed) -> str:
    """Why the ledger is not the one that was witnessed; empty when it is."""
    said, size = one.statement, places.ledger.size()
    if said.size > size:
        return (
            f"The witness knows {said.size} entries of this ledger ({one.file}) and the database has {size}: "
            "an older copy was restored, or its end is cut off."
        )
    own = places.checkpoints.at(said.size)
    if (own.root if own else _root_at(places.ledger, said.size)) == said.root:
        return ""
    return (
        f"The first {said.size} entries of the database are not those that the witness knows ({one.file}): "
        "an older copy was restored and gone on with, or entries were changed."
    )


def _root_at(ledger: Ledger, size: int) -> bytes:
    """The root over the first entries, hashed again; nothing at all when one of them is not whole."""
    head, root, _frontier = ledger.head()
    if head == size:
        return root
    tree = Frontier()
    try:
        for _seq, _fact, _recorded_at, leaf in whole_rows(ledger, head):
            if tree.size == size:
                break
            tree.add(leaf)
    except EntryWrongError:
        return b""
    return tree.root()
