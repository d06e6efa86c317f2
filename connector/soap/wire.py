"""The common transport with what SOAP needs of it: faults come with status 500, and every sending is signed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import requests
from pydantic import SecretStr
from zeep.wsse.username import UsernameToken

from connector.calls import Call, Reply, Saved
from connector.incoming import save_file
from connector.limits import Access
from connector.pace import Pace
from connector.soap.envelopes import OutgoingEnvelope
from connector.transport import Judge, Transport
from errors import ConfigInvalid

XML_MEDIA: Final = frozenset({"text/xml", "application/soap+xml", "application/xml"})
#: The operation whose answer is a file.
DOWNLOAD: Final = "TaiTep"
SECURITY: Final = ("digest", "plain")


class SoapTransport(Transport):
    """Requests to one SOAP service as one account; limits, pace, deadlines and errors are the transport's."""

    def __init__(
        self,
        base_url: str,
        username: str,
        password: SecretStr,
        *,
        security: str = "digest",
        access: Access | None = None,
        pace: Pace | None = None,
        **timing: Any,
    ) -> None:
        super().__init__(base_url, access, pace=pace, **timing)
        if security not in SECURITY:
            raise ConfigInvalid([f'security "{security}" is unknown, there is: digest, plain'], where="soap")
        self.secrets.hide(password.get_secret_value())
        token: Any = UsernameToken  # zeep tells no types
        self._token = token(
            username, password.get_secret_value(), use_digest=security == "digest", zulu_timestamp=True
        )

    def _request(self, call: Call, url: str) -> requests.Response:
        if isinstance(call.upload, OutgoingEnvelope):
            call = replace(call, upload=call.upload.signed(self._token))
        return super()._request(call, url)

    def _save_once(self, call: Call, target: Path, max_bytes: int, is_file: Judge) -> Saved | Reply:
        """Only a file may take the time of a file: a list or record that drips ends at the ordinary total."""
        if call.name == DOWNLOAD:
            return super()._save_once(call, target, max_bytes, is_file)
        with self._exchange(call, self.access.total_seconds) as incoming:
            if not is_file(incoming.response.status_code, incoming.headers):
                return self._reply(call, incoming)
            return save_file(incoming, target, max_bytes)

    def _settle(self, call: Call, response: requests.Response) -> None:
        """A fault is an answer, and by the rules of SOAP it comes as an error of the server."""
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status_code in {400, 500} and media in XML_MEDIA:
            self._note(response)
            return
        super()._settle(call, response)


def service_place(url: str) -> tuple[str, str]:
    """The address of a service as (where it lies, its own name): `…/Services`, `VanBan.asmx`."""
    head, _, name = url.rstrip("/").rpartition("/")
    return (url, "") if head.endswith("/") or not head else (head, name)
