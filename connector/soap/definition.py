"""The service as its shipped WSDL and XSD say it. Nothing is ever loaded from the network.

The WSDL of an installation names a private address and may have been changed by
whoever answers in its place; so the files here count, and the site's `url` says
where to. zeep's own loader would still open `file://` and plain paths (M15).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import zeep
from lxml import etree
from zeep.transports import Transport as ZeepTransport

from errors import ConfigInvalid, StopService

NAMESPACE: Final = "http://tempuri.org/"
FOLDER: Final = Path(__file__).with_name("wsdl")
ENVELOPES: Final = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_BINDINGS: Final = {"1.1": "VanBanSoap", "1.2": "VanBanSoap12"}
_SAFE_LXML: Final = (6, 1)
#: zeep tells no types.
_untyped_client: Any = zeep.Client


class Prepared:
    """A message as zeep built it, not sent: the envelope and the headers that belong to it."""

    __slots__ = ("envelope", "headers")

    def __init__(self, envelope: Any, headers: dict[str, str]) -> None:
        self.envelope = envelope
        self.headers = headers


class MessageWriter(ZeepTransport):
    """What zeep takes for its transport: it loads the shipped files and sends nothing."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def load(self, url: str) -> bytes:
        """The bytes of a shipped file. Raises ConfigInvalid for every other address or path."""
        wanted = Path(url)
        if wanted.parent != FOLDER or wanted.name not in {"VanBan.wsdl", "VanBan.xsd"}:
            raise ConfigInvalid(["the WSDL refers to a file that is not shipped with it"], where="soap")
        return wanted.read_bytes()

    def post_xml(self, address: str, envelope: Any, headers: dict[str, str]) -> Prepared:  # noqa: ARG002
        """Hand the message back: it goes out through this program's own transport."""
        return Prepared(envelope, dict(headers))


class Messages:
    """Builds the messages of one binding. Raises ConfigInvalid for a SOAP version that there is not."""

    def __init__(self, version: str) -> None:
        refuse_old_parser()
        if version not in _BINDINGS:
            raise ConfigInvalid([f'SOAP version "{version}" is unknown, there is: 1.1, 1.2'], where="soap")
        client = _untyped_client(
            str(FOLDER / "VanBan.wsdl"), transport=MessageWriter(), settings=_guarded_settings()
        )
        # The address in the WSDL is a private one of somebody else's network: it is never used.
        self._service = client.create_service(f"{{{NAMESPACE}}}{_BINDINGS[version]}", "unused:")

    def message(self, operation: str, given: dict[str, Any]) -> Prepared:
        """The message of one call; values are checked against the XSD by zeep."""
        prepared: Prepared = self._service[operation](**given)
        return prepared


def _guarded_settings() -> zeep.Settings:
    return zeep.Settings(
        strict=True,
        raw_response=True,
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
        xml_huge_tree=False,
    )


def refuse_old_parser(version: tuple[int, ...] = etree.LXML_VERSION) -> None:
    """lxml before 6.1 reads external entities while it streams (M20). Raises StopService."""
    if version[:2] < _SAFE_LXML:
        raise StopService(
            "The XML library is too old to read answers of a SOAP service safely.",
            remedy="Install lxml 6.1 or later.",
        )


@cache
def schema() -> Any:
    """The compiled XSD; used by one thread at a time in CPython, which holds its lock while validating."""
    return etree.XMLSchema(etree.parse(str(FOLDER / "VanBan.xsd"), guarded_parser()))


@cache
def guarded_parser() -> Any:
    """No DTD, no entity, no network, libxml2's own limits on depth and text: the only parser for answers.

    One for all: making it costs more than reading a record. lxml locks it for each document.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def named(local: str) -> str:
    """The full name of an element of this service."""
    return f"{{{NAMESPACE}}}{local}"
