"""Texts of the fonts TCVN3 and VNI: read where they are, and nothing else ever touched.

The known phrases were typed by hand from the two character tables.
"""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.legacy_fonts import convert


@pytest.mark.parametrize(
    ("legacy", "encoding", "text"),
    [
        ("Së Tµi chÝnh", "tcvn3", "Sở Tài chính"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "tcvn3", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Uû ban nh©n d©n tØnh", "tcvn3", "Uỷ ban nhân dân tỉnh"),
        ("tr­íc ngµy 30/6/2026", "tcvn3", "trước ngày 30/6/2026"),
        ("§éc lËp - Tù do - H¹nh phóc", "tcvn3", "Độc lập - Tự do - Hạnh phúc"),
        ("UBND c¸c x·, ph­êng", "tcvn3", "UBND các xã, phường"),
        ("th­êng xuyªn", "tcvn3", "thường xuyên"),
        ("Sôû Taøi chính", "vni", "Sở Tài chính"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Uûy ban nhaân daân tænh", "vni", "Ủy ban nhân dân tỉnh"),
        ("UÛY BAN NHAÂN DAÂN TÆNH", "vni", "ỦY BAN NHÂN DÂN TỈNH"),
        ("tröôùc ngaøy 30/6/2026", "vni", "trước ngày 30/6/2026"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "vni", "Độc lập - Tự do - Hạnh phúc"),
        ("UBND caùc xaõ, phöôøng", "vni", "UBND các xã, phường"),
        ("thaønh phoá Hoà Chí Minh", "vni", "thành phố Hồ Chí Minh"),
    ],
)
def test_a_text_of_an_old_font_is_made_readable(legacy: str, encoding: str, text: str) -> None:
    assert convert(legacy) == (text, encoding)
    assert convert(text) == (text, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sở Tài chính",
        "Hoà",
        "quý",
        "Toà án, khoá sổ, thuý",
        "«Toà án»",
        "Coca-Cola® 25 µg §5 m² 3×4",
        "café Müller, señor, São Paulo, Größe, naïve",
        "© 2026 VNPT",
        "Tµi chÝnh và Sở Xây dựng",
        "Sở Y tế \u00ad",
        "30°C – 40°C",
    ],
)
def test_everything_else_is_left_alone(text: str) -> None:
    assert convert(text) == (text, None)


_TEXT = """
hoà toà khoá quý thuý loá hoá oán ngoài ngoáy tôi ông còn chân châu đến là và của xã phòng thông báo tài chính nông
thôn hội cán bộ giám đốc uỷ tỉnh huyện phường trước ngày quyết định xây dựng tàu thú giò lý thí sĩ kỳ án èo é à ừ
"""
_SYLLABLES = _TEXT.split()


@given(st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=12), st.sampled_from(["NFC", "NFD"]))
def test_unicode_is_never_touched(words: list[str], form: str) -> None:
    for text in (" ".join(words), " ".join(words).upper(), " ".join(words).title()):
        normal = unicodedata.normalize(form, text)  # type: ignore[arg-type]
        assert convert(normal) == (normal, None)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=40))
def test_no_text_raises_and_what_was_converted_is_not_converted_again(text: str) -> None:
    once, encoding = convert(text)
    if encoding is None:
        assert once == text
    assert convert(once)[1] is None


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not on this machine")
@given(st.lists(st.sampled_from([w for w in _SYLLABLES if w not in {"é", "à", "ừ"}]), min_size=3, max_size=9))
def test_the_table_of_tcvn3_is_that_of_the_standard(words: list[str]) -> None:
    text = " ".join(["trước", "ngày", *words])
    coded = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", "TCVN5712-1"], input=text.encode(), capture_output=True, check=True
    )
    assert convert(coded.stdout.decode("latin-1")) == (text, "tcvn3")
