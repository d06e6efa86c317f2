"""Walks a list that moves while it is read, without losing a row.

Lists have pages, no totals, and no cursor. When a row above is deleted, everything
moves up and a row slips over the seam between two pages unseen (F07). So pages are
not laid side by side: number and size of each request are chosen so that it begins
at or before the last row already seen. As long as a known row stands in the new
window, no row that was there all the time can lie between; if none does, the list
moved further than the overlap and the walk steps back. The price is about one
request in seven, against twice as many for reading everything a second time.
What can still be missed is a row whose sort key changes so that it jumps from the
unread part into the read one; as a changed row it comes with the next poll.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from connector.errors import ListingUnreadable, SystemAway

Row = dict[str, Any]
MOST_WINDOWS: Final = 20_000
#: So many windows without a new row are no coincidence of a moving list any more.
_STALE: Final = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Rows `start` to `end` of the list, as page `number` of `size` rows."""

    number: int
    size: int

    @property
    def start(self) -> int:
        """Rows before it."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """Row after its last."""
        return self.number * self.size


def reaching_window(row: int, largest: int) -> Window:
    """The window of at most `largest` rows that contains `row` and reaches furthest beyond it.

    For very small pages there may be none that reaches beyond: then the one that begins behind it.
    """
    best = Window(row // largest + 1, largest)
    for size in range(largest - 1, 0, -1):
        if row + size <= best.end:
            break
        window = Window(row // size + 1, size)
        if window.end > best.end:
            best = window
    return best if best.end > row + 1 else Window((row + 1) // largest + 1, largest)


@dataclass(slots=True)
class Walk:
    """One pass over a list. `fetch` answers the rows of a window, `key` the id of a row.

    `confirm_end` asks once more behind a short page: neither a server that caps the
    page size nor a page with a row missing may look like the end of the list.
    """

    fetch: Callable[[Window], list[Row]]
    key: Callable[[Row], str]
    size: int
    confirm_end: bool = False

    def __iter__(self) -> Iterator[list[Row]]:
        """The rows not seen in the window before, window by window, some of them possibly empty.

        Raises ListingUnreadable when an id stands twice in one answer or pages repeat
        (M41, M42), SystemAway when the list moves faster than it can be read.
        """
        window, seen, reached, back, stale = Window(1, self.size), set[str](), 0, 1, 0
        confirming = False
        for _ in range(MOST_WINDOWS):
            rows = self._read(window)
            ids = [self.key(row) for row in rows]
            if window.start < reached and seen.isdisjoint(ids):
                back = self._further(back)
                window = reaching_window(max(window.start - back, 0), self.size)
                continue
            fresh = [row for row, row_id in zip(rows, ids, strict=True) if row_id not in seen]
            yield fresh
            short = len(rows) < window.size
            if short and (not self.confirm_end or (confirming and not fresh)):
                return
            stale, back = (0, 1) if fresh else (stale + 1, back)
            if stale == _STALE:
                raise ListingUnreadable("The document system gives the same page again and again.")
            seen = set(ids) if fresh else seen.union(ids)
            reached, confirming = window.start + len(rows), short
            if short and window.number == 1:
                self.size = max(len(rows), 2)
            window = reaching_window(max(reached - 1, 0), self.size)
        raise ListingUnreadable(f"A list did not end after {MOST_WINDOWS} pages.")

    def _read(self, window: Window) -> list[Row]:
        rows = self.fetch(window)
        ids = [self.key(row) for row in rows]
        if len(rows) > window.size or len(set(ids)) != len(ids) or "" in ids:
            raise ListingUnreadable(
                "A list has an id twice on one page, a row without id, or more rows than were asked for."
            )
        return rows

    def _further(self, back: int) -> int:
        if back > 4 * self.size:
            raise SystemAway("A list moved faster than it could be read.")
        return back * 4
