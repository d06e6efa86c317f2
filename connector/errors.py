"""The edge's own errors, each one of the five kinds of `errors.py`."""

from __future__ import annotations

from errors import OutcomeUnknown, RetryLater, SkipRecord, StopService


class SystemAway(RetryLater):
    """The document system cannot be reached, or answers that it is busy."""


class SessionLost(RetryLater):
    """A login page or a 401 came instead of data, also after logging in again."""


class AccessRefused(StopService):
    """User name or password is wrong, or the account is locked: trying again would lock it."""


class ReplyUnreadable(SkipRecord):
    """The answer is not what the dialect says: truncated, wrong type, an error inside a 200."""


class ListingUnreadable(ReplyUnreadable, SystemAway):
    """A whole list cannot be used (pages repeat, an id twice): nothing of it counts, it is read again."""


class TooLarge(SkipRecord):
    """The answer or file is over the site's limit."""


class RemoteRefused(SkipRecord):
    """The document system understood the call and said no; its own words are in the sentence."""


class ReplyLost(OutcomeUnknown):
    """The connection ended after a write was sent."""


class NotThere(RemoteRefused):
    """The document system says that there is no such record (any more), or none for this account."""


class SessionExpired(RetryLater):
    """The answer says that nobody is logged in; only what keeps the session sees this."""


class Hiccup(RetryLater):
    """The system says, inside a 200, that it is itself in trouble; only what sends the calls sees this."""
