"""Made-up words in the place of real ones: same length, same kind of letters, the same word always the same.

What is kept: gaps, truths, dates, numbers and ids of up to eight digits, constants in capitals, marks of form. Every
other word becomes one that nobody wrote. Which one it becomes depends on a key that is drawn for one recording and
thrown away, so nothing can be turned back.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from secrets import token_bytes
from typing import Any, Final

from lxml import etree

_ATTEMPTS: Final = 200
_LOWER: Final = "abcdeghiklmnopqrstuvxy"
_ACCENTED: Final = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_CLOCK: Final = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
_WHOLE: Final = re.compile(
    rf"\s*(?:null|none|true|false|ok|initial|processing|done|fail|edoc|status|-?\d{{1,8}}(?:\.\d{{1,6}})?"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}}{_CLOCK}|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}{_CLOCK})?\s*",
    re.IGNORECASE | re.ASCII,
)
_CONSTANT: Final = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)+")
_PIECE: Final = re.compile(r"&#x?[0-9A-Fa-f]{1,7};|&[a-z]{2,8};|<br\s*/?>|[^\W\d_]+|\d+|.", re.DOTALL)
_EXTENSION: Final = re.compile(
    r"\.(?:docx?|xls[xm]?|pdf|odt|ods|csv|txt|html?|zip|rar|png|jpe?g|xml)$", re.IGNORECASE
)
_LINE: Final = re.compile(r"([A-Z][A-Z0-9_]*: )(.*)")
_PAIR: Final = re.compile(r"([A-Za-z]{1,30}=)(.*)", re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,60}")
_CODE: Final = re.compile(r"[0-9]{1,15}|[a-z_]{1,40}", re.ASCII)
#: Values under these names are codes of the dialect, marks of open documents, or sizes.
_KEPT_NAMES: Final = frozenset(
    {"code", "MaLoi", "ErrorCode", "errorCode", "vaiTro", "VaiTro", "fileSize", "KichThuoc", "contentLength"}
)
#: Under these names numbers and dates are of people, however short.
_PERSONAL: Final = re.compile(
    r"dob|birth|sinh|mobile|phone|thoai|fax|cmnd|cccd|passport|address|diachi|mail", re.IGNORECASE
)
_GAP: Final = re.compile(r"\s*(?:null|none)?\s*", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(r"\d{7,}|\d{1,4}[/-]\d{1,2}[/-]\d{1,4}.*", re.ASCII | re.DOTALL)
_MARKS: Final = frozenset({"doMat", "DoMat"})


class Mask:
    """One recording's made-up words. `key` is given in tests only."""

    def __init__(self, key: bytes = b"") -> None:
        self._key = key or token_bytes(32)
        #: whole values that became others: they may stand in addresses too.
        self.changed: dict[str, str] = {}
        self._made: dict[str, str] = {}
        self._taken: set[str] = set()

    def text(self, value: str) -> str:
        """The made-up text for a whole value."""
        if _WHOLE.fullmatch(value) or _CONSTANT.fullmatch(value):
            return value
        if value.startswith("ID: "):
            return "\n".join(self._line(line) for line in value.split("\n"))
        if ";" in value and "&" not in value:
            return ";".join(self._parts(value.split(";")))
        return self._made_up(value)

    def of_person(self, value: str) -> str:
        """The same for what is a person's own: numbers and dates become others too."""
        return value if _GAP.fullmatch(value) else self._made_up(value)

    def _made_up(self, value: str) -> str:
        stem, tail = value, ""
        if found := _EXTENSION.search(value):
            stem, tail = value[: found.start()], found.group()
        made = "".join(self._piece(piece) for piece in _PIECE.findall(stem)) + tail
        self.changed[value] = made
        return made

    def json(self, value: Any, name: str = "") -> Any:
        """A JSON value with the texts in it made up."""
        match value:
            case dict():
                return {
                    key if _NAME.fullmatch(key) else self.text(key): self.json(one, key)
                    for key, one in value.items()
                }
            case list():
                return [self.json(one, name) for one in value]
            case str():
                return value if _kept(name, value) else self._named(name, value)
            case int() if _PERSONAL.search(name) and not isinstance(value, bool):
                return self._large(value)
            case int() | float() if not isinstance(value, bool) and abs(value) >= 10**8:
                return value if name in _KEPT_NAMES else self._large(value)
        return value

    def xml(self, root: Any) -> None:
        """The same in an XML tree; comments and instructions go."""
        for node in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
            node.getparent().remove(node)
        for element in root.iter(etree.Element):
            name = etree.QName(element).localname
            if element.text and not _kept(name, element.text):
                element.text = self._named(name, element.text)
            element.tail = element.tail if not (element.tail or "").strip() else self.text(element.tail)
            for attribute, value in element.attrib.items():
                if not attribute.startswith("{"):
                    element.set(attribute, self.text(value))

    def _named(self, name: str, value: str) -> str:
        return self.of_person(value) if _PERSONAL.search(name) else self.text(value)

    def _line(self, line: str) -> str:
        found = _LINE.fullmatch(line)
        return found[1] + self.text(found[2]) if found else self.text(line)

    def _parts(self, parts: list[str]) -> list[str]:
        pairs = [_PAIR.fullmatch(part) for part in parts if part]
        if all(pairs):
            return [
                found[1] + self.text(found[2]) if (found := _PAIR.fullmatch(part)) else part for part in parts
            ]
        # Unnamed fields of a person: a telephone or a birthday would pass for an id or a date.
        return [self.of_person(part) if _LONG_NUMBER.fullmatch(part) else self.text(part) for part in parts]

    def _large(self, value: float) -> int:
        return int("1" + self._digits(str(int(abs(value))))[1:])

    def _piece(self, piece: str) -> str:
        if piece.startswith("&#"):
            return self._entity(piece)
        if piece[0].isalpha():
            return self._word(piece)
        if piece.isdigit():
            return self._digits(piece)
        return "\u0301" if unicodedata.category(piece[0]) == "Mn" else piece

    def _entity(self, piece: str) -> str:
        """A letter written by its number, as another one of the pool."""
        place = self._stream(piece, 1)[0]
        return f"&#{ord(_ACCENTED[place % len(_ACCENTED)])};"

    def _word(self, word: str) -> str:
        """By the word without its case, so that a name in capitals is still the same name."""
        small = word.lower() if len(word.lower()) == len(word) else word
        made = self._chosen(small, lambda stream: "".join(map(_letter, small, stream)))
        return "".join(new.upper() if old.isupper() else new for old, new in zip(word, made, strict=True))

    def _digits(self, digits: str) -> str:
        return self._chosen(digits, lambda stream: "".join(str(byte % 10) for byte in stream))

    def _chosen(self, real: str, make: Callable[[bytes], str]) -> str:
        """Two words that differ stay two: ids are among them. Of one or two letters there are soon no more left."""
        made = self._made.get(real, "")
        for attempt in range(_ATTEMPTS if not made else 0):
            made = make(self._stream(f"{attempt}\0{real}", len(real)))
            if made != real and made not in self._taken:
                break
        self._made[real] = made
        self._taken.add(made)
        return made

    def _stream(self, text: str, length: int) -> bytes:
        return hashlib.shake_256(self._key + text.encode("utf-8", "surrogatepass")).digest(length)


def _letter(real: str, byte: int) -> str:
    pool = _LOWER if real.isascii() else _ACCENTED
    return pool[byte % len(pool)]


def _kept(name: str, value: str) -> bool:
    return (name in _KEPT_NAMES and _CODE.fullmatch(value) is not None) or name in _MARKS
