"""The service's own WSDL and XSD: what operations there are, and whether a message is one of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

NAMESPACE: Final = "http://tempuri.org/"
FOLDER: Final = Path(__file__).with_name("wsdl")
ENVELOPES: Final = {
    "http://schemas.xmlsoap.org/soap/envelope/": "text/xml",
    "http://www.w3.org/2003/05/soap-envelope": "application/soap+xml",
}
_SOAP: Final = "{http://schemas.xmlsoap.org/wsdl/soap/}operation"


def document(query: str) -> bytes | None:
    """What `?wsdl` and `?xsd` answer, None for anything else. The WSDL names a private address, as many do."""
    name = {"wsdl": "VanBan.wsdl", "singlewsdl": "VanBan.wsdl", "xsd": "VanBan.xsd"}.get(query.lower())
    return (FOLDER / name).read_bytes() if name else None


@cache
def actions() -> dict[str, str]:
    """Operation name by SOAPAction, as the WSDL binds them."""
    tree = etree.parse(str(FOLDER / "VanBan.wsdl"))
    bound = [(node.get("soapAction"), node.getparent().get("name")) for node in tree.iter(_SOAP)]
    return dict(bound)


@cache
def schema() -> Any:
    """The compiled XSD."""
    return etree.XMLSchema(etree.parse(str(FOLDER / "VanBan.xsd")))


def named(local: str) -> str:
    """The full name of an element of the service."""
    return f"{{{NAMESPACE}}}{local}"
