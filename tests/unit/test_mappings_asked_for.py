"""What a row asks for, in the words that drafters use. Excludes what reports make of it."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from mappings.asked_for import asks_of


@pytest.mark.covers("BT-04", "BT-12")
@pytest.mark.parametrize(
    ("content", "product", "asks"),
    [
        ("Tham mưu UBND tỉnh ban hành kế hoạch phát triển nhà ở", "", "submit"),
        ("Hoàn thiện hồ sơ, trình UBND tỉnh xem xét", "", "submit"),
        ("TRÌNH Thường trực HĐND tỉnh", "", "submit"),
        ("Xây dựng đề án", "Tờ trình, dự thảo quyết định", "submit"),
        ("Rà soát các dự án chậm tiến độ, báo cáo UBND tỉnh kết quả", "", "report"),
        ("Kiểm tra việc cấp phép", "Báo cáo", "report"),
        ("Hoàn thành giải phóng mặt bằng công trình đường tỉnh 712", "", "finish"),
        ("Triển khai chương trình mục tiêu theo quy trình đã duyệt", "", "finish"),
        ("Nâng cao trình độ cán bộ theo trình tự tại báo cáo số 12", "", "finish"),
        ("Khắc phục tồn tại theo báo cáo của Thanh tra tỉnh", "", "finish"),
    ],
)
def test_what_a_row_asks_for(content: str, product: str, asks: str) -> None:
    for written in (content, unicodedata.normalize("NFD", content)):
        assert asks_of(written, product, dated=True) == asks
    assert asks_of(content, product, dated=False) == (asks if asks != "finish" else "")


#: The rule word by word: slow, and nothing of it shared with the product.
NOUNS_BEFORE = tuple(
    f"{word} " for word in ("chương", "công", "giáo", "hành", "lộ", "phương", "quá", "quy", "thuyết", "tiến")
)
NOUNS = ("trình bày", "trình diễn", "trình độ", "trình tự")
CITED = ("theo ", "tại ", "nội dung ", "chế độ ")


def _by_words(content: str, product: str) -> str:
    text = " ".join(f"{content} ; {product}".lower().split())
    behind = [(text[: found.start()], text[found.start() :]) for found in re.finditer(r"\w+", text)]
    for before, rest in behind:
        verb = re.match(r"trình(?!\w)", rest) and not rest.startswith(NOUNS)
        if verb and not before.endswith(NOUNS_BEFORE):
            return "submit"
        if re.match(r"(?:tham mưu|soạn thảo|dự thảo)(?!\w)", rest):
            return "submit"
    asked = (re.match(r"báo cáo(?!\w)", rest) and not before.endswith(CITED) for before, rest in behind)
    return "report" if any(asked) else ""


def test_every_order_of_the_words_is_read_as_word_by_word() -> None:
    pieces = [
        *("trình", "Trình", "TRÌNH", "chương trình", "chương", "công", "quy", "tiến", "tự", "độ", "bày"),
        *("báo cáo", "theo báo cáo", "báo", "cáo", "theo", "tại", "nội", "dung", "dự thảo", "dự", "thảo"),
        *("tham  mưu", "tham", "mưu", "soạn", "xem", "1", ";", ",", "-", "("),
    ]
    draw = random.Random(7)
    seen = set()
    for _ in range(20_000):
        written = "".join(
            draw.choice(pieces) + draw.choice(("", " ", " ", "\n", "  ")) for _ in range(draw.randrange(6))
        )
        product = draw.choice(("", "Báo cáo", "Tờ trình", "Quy trình"))
        expected = _by_words(written, product)
        assert asks_of(written, product, dated=False) == expected, (written, product)
        seen.add(expected)
    assert seen == {"", "submit", "report"}
