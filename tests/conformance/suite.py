"""The suite as it is installed with the program; kept under this name for the tests here."""

from __future__ import annotations

from connector.conformance import Arena, ConnectorConformance, GivenJobs, Memory
from connector.conformance.ground import (
    can,
    complete_streams,
    creation,
    given,
    job_of,
    job_on,
    pulled,
    streams,
    writes_on,
)

__all__ = [
    "Arena",
    "ConnectorConformance",
    "GivenJobs",
    "Memory",
    "can",
    "complete_streams",
    "creation",
    "given",
    "job_of",
    "job_on",
    "pulled",
    "streams",
    "writes_on",
]
