"""From a tape to a file that may leave the machine, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import orjson
from lxml import etree

from connector.recording.masking import Mask
from connector.recording.tape import Exchange, IsOpen, Recordable, Tape
from errors import ConfigInvalid, SkipRecord, StopService

VERSION: Final = 1
_LOGIN: Final = "login"
#: What stands in the place of a body that is neither JSON nor XML.
NOT_KEPT: Final = b"<html><body>not kept</body></html>"


@dataclass(frozen=True, slots=True)
class Recording:
    """`connector` is the word of the configuration, `path` that of the site's address, `username` a made-up one."""

    connector: str
    path: str
    username: str
    exchanges: tuple[Exchange, ...]


def redacted(
    tape: Tape,
    connector: object,
    word: str,
    url: str,
    username: str,
    is_open: IsOpen,
    mask: Mask | None = None,
) -> Recording:
    """What of a tape may be kept.

    Raises ConfigInvalid for a connector that cannot say where documents stand in its answers, and StopService, with
    nothing written, should a secret be left.
    """
    if not isinstance(connector, Recordable):
        raise ConfigInvalid(
            [
                f'connector = "{word}" cannot be recorded: it does not tell where documents stand in its answers'
            ],
            where="doctor --record",
        )
    mask = mask or Mask()
    # A log-in's request is nothing but secrets.
    entries = [replace(one, sent=b"") for one in tape.exchanges if _LOGIN in one.path.lower()]
    others = [one for one in tape.exchanges if _LOGIN not in one.path.lower()]
    masked = [_masked(one, mask) for one in (*entries, *connector.spared(others, is_open))]
    kept = tuple(replace(one, path=_path(one.path, mask)) for one in masked)
    recording = Recording(word, urlsplit(url).path, mask.text(username), kept)
    _refuse_secrets(recording, tape)
    return recording


def write_recording(recording: Recording, file: Path) -> None:
    """As one JSON file, in place of an earlier one."""
    value = {
        "version": VERSION,
        "connector": recording.connector,
        "path": recording.path,
        "username": recording.username,
        "exchanges": [_plain(one) for one in recording.exchanges],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))
    part.replace(file)


def read_recording(file: Path) -> Recording:
    """Raises SkipRecord for a file that is none of ours."""
    try:
        value = orjson.loads(file.read_bytes())
        if value["version"] != VERSION:
            raise ValueError  # noqa: TRY301 - one sentence for every way it can be another file
        exchanges = tuple(
            Exchange(**one | {"sent": one["sent"].encode(), "body": one["body"].encode()})
            for one in value["exchanges"]
        )
        return Recording(value["connector"], value["path"], value["username"], exchanges)
    except (ValueError, KeyError, TypeError):
        raise SkipRecord(f"{file}: not a recording of this version.") from None


def _plain(exchange: Exchange) -> dict[str, Any]:
    return {
        "method": exchange.method,
        "path": exchange.path,
        "operation": exchange.operation,
        "sent": exchange.sent.decode(),
        "status": exchange.status,
        "headers": exchange.headers,
        "body": exchange.body.decode(),
        "ahead": exchange.ahead,
    }


def _masked(exchange: Exchange, mask: Mask) -> Exchange:
    body = exchange.body if exchange.vocabulary else _content(exchange.body, mask)
    return replace(exchange, sent=_content(exchange.sent, mask), body=body, vocabulary=False)


def _content(body: bytes, mask: Mask) -> bytes:
    if not body.strip():
        return b""
    try:
        return orjson.dumps(mask.json(orjson.loads(body)))
    except orjson.JSONDecodeError:
        pass
    try:
        root = etree.fromstring(
            body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        return NOT_KEPT
    if root.getroottree().docinfo.doctype or etree.QName(root).localname.lower() == "html":
        return NOT_KEPT
    mask.xml(root)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _path(path: str, mask: Mask) -> str:
    """Ids that became others in the bodies become the same others in addresses."""
    bare, _, query = path.partition("?")
    parts = [mask.changed.get(unquote(part), unquote(part)) for part in bare.split("/")]
    kept = "/".join(
        quote(mask.text(part) if len(part) > 8 and part.isdigit() else part, safe="") for part in parts
    )
    pairs = [
        (name, mask.changed.get(value, value)) for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return f"{kept}?{urlencode(pairs, safe='/')}" if pairs else kept


def _refuse_secrets(recording: Recording, tape: Tape) -> None:
    text = orjson.dumps([_plain(one) for one in recording.exchanges]).decode()
    if any(secrets.clean_whole(text) != text for secrets in tape.secrets):
        raise StopService(
            "The recording still holds a password or a token, so nothing was written.",
            remedy="Report this as a fault of the program, with the name of the connector.",
        )
