"""What goes wrong, fault by fault and input by input: the list that docs/faults.md is made from.

A row is shown by tests that name its id in a `covers` marker. `stores` says on which databases it has to be shown:
both, unless the fault never reaches the store, or one of them has nothing like it (then the row says so).
`python -m tests.fault_rows --write` writes the page again; tests/architecture/test_faults.py fails when it is
stale, or a row has lost its last test, or its last test on one of its databases.
"""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

SQLITE: Final = frozenset({"SQLite"})
BOTH: Final = frozenset({"SQLite", "PostgreSQL"})
NONE: Final[frozenset[str]] = frozenset()


class Fault(NamedTuple):
    """One fault: id, what is done, what must hold, where, and why it is not shown on both databases."""

    id: str
    inject: str
    holds: str
    stores: frozenset[str] = BOTH
    why: str = ""


EDGE: Final = "ends at the edge, before any store"
FILE: Final = "of a file; a server's disk is the server's, its complaints are sorted"

FAULTS: Final = (
    Fault("F01", "the process is killed at a durable step, each in turn", "the end is that of a whole run"),
    Fault("F02", "a second run, nothing has changed", "no write on either side, the same root"),
    Fault("F03", "random acts of people, failing and lost calls, a side that takes no writes",
          "both sides are equal or a hold says why; what may not be written is untouched"),
    Fault("F04", "a write is applied and its reply is lost", "one effect, confirmed by reading it back"),
    Fault("F05", "several documents of one moment, a crash between them", "each is taken once"),
    Fault("F06", "a document appears late with an older time", "the overlap finds it, or the complete listing"),
    Fault("F07", "rows move between pages while they are read", "none is passed over"),
    Fault("F08", "pages come unsorted", "the cursor stays before the smallest unread row"),
    Fault("F09", "very many documents of one day, dates without hours", "no double, what is remembered is bounded"),
    Fault("F10", "a cycle fails after its first pages", "the cursor stands where it stood"),
    Fault("F11", "a listing is empty and says that all is well", "a hold before anything is written"),
    Fault("F12", "more of a unit's documents vanish than is usual", "that unit is held, the others go on"),
    Fault("F13", "every known row changes at once", "reading is held"),
    Fault("F14", "the document that must always be there is not", "reading is given up, nothing is touched"),
    Fault("F15", "rules, regulation or scope are edited", "a trial run first; nothing ends by vanishing"),
    Fault("F16", "the document system comes back from a copy", "its ids no longer fit: no writes, a report"),
    Fault("F17", "webhook and poll bring the same, in any order", "one record, one effect"),
    Fault("F18", "news of the end comes before news of the beginning", "what is read counts; no state goes back"),
    Fault("F19", "one event is sent again and again for a month", "one effect, every answer is 2xx"),
    Fault("F20", "webhooks come in a flood", "answered soon or sent back later; none that was acked is lost"),
    Fault("F21", "the power goes right after an answer", "what was acked is on disk"),
    Fault("F22", "the receiver is away for days", "the poll fills the gap and its ends are told"),
    Fault("F23", "the document system asks to be left alone", "it is, and others are not kept waiting"),
    Fault("F24", "one refused log-in, and one that stays refused", "one is overcome; the other stops and resumes"),
    Fault("F25", "one record among many is poison", "the others are done, it lies apart with its context"),
    Fault("F26", "the dead letters are replayed twice", "each is done once, a few at a time, origin kept"),
    Fault("F27", "an answer drips byte by byte", "a deadline for the whole ends it", NONE, EDGE),
    Fault("F28", "an evidence file arrives cut", "it is not kept as whole", NONE, EDGE),
    Fault("F29", "an upload ends before it is whole", "no half file is shown, the retry gives the same hash"),
    Fault("F30", "the disk is full", "nothing is taken or half kept; work goes on by itself", SQLITE, FILE),
    Fault("F31", "an fsync fails", "the process ends at once and asks for no second one", SQLITE, FILE),
    Fault("F32", "one byte of the database changes", "start is refused or the entry is named", SQLITE, FILE),
    Fault("F33", "a ledger row is changed by SQL", "verify names the first bad entry"),
    Fault("F34", "yesterday's database is put back", "the witness shows it; nothing is sent a second time"),
    Fault("F35", "two daemons, one of them frozen past its lease", "one owner; a stale one writes nothing"),
    Fault("F36", "a worker dies and comes back under its old id", "its work is taken up once"),
    Fault("F37", "the sweep dies itself", "the next one does its work"),
    Fault("F38", "the store goes away again and again under load", "all ends well: nothing lost, nothing twice"),
    Fault("F39", "clocks jump or differ", "due dates stand; what was refused for it is polled"),
    Fault("F40", "a secret is replaced under load", "both are good meanwhile, the old one never after", NONE, EDGE),
    Fault("F41", "killed inside a migration; a newer schema", "it runs or refuses in one clear sentence"),
    Fault("F42", "told to stop in the middle, and once more", "ends in time, recoverably"),
    Fault("F43", "the process lives and no cycle succeeds", "red lamp, alarm, no sign of life"),
    Fault("F44", "what we wrote comes back as a change", "no echo"),
    Fault("F45", "one field is edited on both sides", "both values are kept, the owner is told, the rest flows"),
    Fault("F46", "a restart after an end was written", "an end is never written over"),
    Fault("F47", "two sweeps meet over the same work", "it still comes to its end"),
    Fault("F48", "fields are new, missing, or of another type", "kept verbatim; the stream is held"),
    Fault("F49", "one file id, other bytes", "a new version, the old one kept, and a notice"),
    Fault("F50", "the nightly trial of a damaged copy", "its lamp is red the same night", SQLITE,
          "copies of PostgreSQL are made by its own tools"),
)  # fmt: skip

INPUTS: Final = (
    ("M01", "no signature, or a wrong one", "401, nothing is read or kept"),
    ("M02", "junk in the signature header", "401 or 431, never 500"),
    ("M03", "a timestamp too old or too new", "401"),
    ("M04", "a timestamp that is no plain number", "401"),
    ("M05", "one id, the same body and another one", "2xx without effect; the other is a security event"),
    ("M06", "a body that was encoded anew on the way", "401: the raw bytes count"),
    ("M07", "a signed body that is not UTF-8", "400, laid apart"),
    ("M08", "JSON of great depth", "400, the receiver lives"),
    ("M09", "double keys, NaN, endless numbers", "400"),
    ("M10", "a body over the limit, told or not", "413 before it is all read"),
    ("M11", "a small answer that unpacks to a huge one", "ended at the limit"),
    ("M12", "XML entities that multiply", "refused at once"),
    ("M13", "XML that names files", "refused, no word of them anywhere"),
    ("M14", "any DOCTYPE", "refused"),
    ("M15", "a service description that leads elsewhere", "refused"),
    ("M16", "XML of great depth", "refused"),
    ("M17", "an element with 300,000 attributes", "cut off by size, before it is parsed"),
    ("M18", "an inline file beyond what SOAP bears", "a clear refusal"),
    ("M19", "bytes that are not in the encoding they claim", "kept raw, laid apart"),
    ("M20", "an XML library with a known hole", "start is refused"),
    ("M21", "a name that does not fit its content", "laid apart"),
    ("M22", "names that lead out of a folder", "kept under a name of our own"),
    ("M23", "archives that lead out of a folder", "never unpacked"),
    ("M24", "archives whose parts overlap", "refused"),
    ("M25", "archives in archives, and bombs", "refused by depth, share and size"),
    ("M26", "tar files", "not accepted"),
    ("M27", "PDF with scripts, parts or a password", "stored, never shown, flagged"),
    ("M28", "macros under an innocent name", "flagged by content"),
    ("M29", "the EICAR test file as evidence", "laid apart, not sent on, the sender is told"),
    ("M30", "HTML as evidence", "kept as bytes, never shown"),
    ("M31", "a title that is a formula", "escaped in tables"),
    ("M32", "an attachment address of this machine or its network", "refused, no key leaves"),
    ("M33", "line ends in numbers and titles", "encoded or refused"),
    ("M34", "control codes and endless titles in logs", "escaped and cut"),
    ("M35", "composed and decomposed letters", "matched as one, raw kept"),
    ("M36", "days that do not exist", "the item is held, nothing ends"),
    ("M37", "texts that would be commands elsewhere", "stored and shown as they are"),
    ("M38", "an event about what we may not see", "read with our own rights"),
    ("M39", "an unknown state, or one that goes back", "kept raw, held"),
    ("M40", "a time of change in the far future", "the cursor stays near now"),
    ("M41", "pages without end, counts that lie", "the cycle stops and fails"),
    ("M42", "one id twice in a listing", "that part is given up, the rest goes on"),
    ("M43", "a log-in page instead of data", "not let in; never an empty list"),
    ("M44", "an error that repeats our secret", "it is nowhere in what we write"),
)  # fmt: skip

if __name__ == "__main__":
    from tests.fault_page import write_page

    sys.exit(write_page(write="--write" in sys.argv[1:]))
