"""Whether two systems show the same document: hand-written pairs, then what holds for all of them.

Excludes what is made of it: `tests/flow/test_three_sites.py`.
"""

from __future__ import annotations

import itertools
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.records import Identity
from mappings.document_identity import (
    Likeness,
    Match,
    Paper,
    cited,
    likeness,
    match,
    number_key,
    paper_of,
    same_code,
)
from mappings.document_owner import Standing, Verdict, standing

DAY = date(2026, 11, 10)
OFFICE = Paper("15/UBND-VX", DAY, "UBND tỉnh Sông Lam", "H99")
SAME, DOUBTFUL, DIFFERENT = Likeness.SAME, Likeness.DOUBTFUL, Likeness.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Số: 15/UBND-VX", "15/UBND-VX", True),
        ("Số 15/UBND-VX", "15/UBND-VX", True),
        ("Số/ký hiệu: 15/UBND-VX", "15/UBND-VX", True),
        ("Số, ký hiệu: 15/UBND-VX", "15/UBND-VX", True),
        ("Số và ký hiệu: 15/UBND-VX", "15/UBND-VX", True),
        ("15 / UBND - VX", "15/UBND-VX", True),
        ("15/UBND\u2013VX", "15/UBND-VX", True),
        ("015/UBND-VX", "15/UBND-VX", True),
        ("15/QĐ-UBND", "15/QD-UBND", True),
        ("15/QÐ-UBND", "15/QĐ-UBND", True),
        ("15/qđ-ubnd", "15/QĐ-UBND", True),
        ("15/QĐ-UBND\u200b", "15/QĐ-UBND", True),
        ("15/CT-UBND", "15/KH-UBND", False),
        ("15/UBND-VX", "150/UBND-VX", False),
        ("15/UBND-VX", "15/UBND", False),
        ("15a/UBND-VX", "15/UBND-VX", False),
        ("15/UBND-VX", "", False),
    ],
)
def test_numbers_are_compared_and_not_their_spelling(one: str, other: str, equal: bool) -> None:
    assert (number_key(one) == number_key(other)) is equal


@pytest.mark.covers("M35")
@pytest.mark.parametrize(
    ("why", "other", "expected"),
    [
        ("the same in every way", Paper("15/UBND-VX", DAY, "UBND tỉnh Sông Lam", "H99"), SAME),
        ("spelt otherwise", Paper("Số: 015 / UBND-VX", DAY, "ubnd tinh song lam", ""), SAME),
        ("the older form of the code", Paper("15/UBND-VX", DAY, "", "000.00.00.H99"), SAME),
        ("look-alike letters", Paper("15/UВND-VХ", DAY, "UBND tỉnh Sông Lam", "H99"), DOUBTFUL),
        ("decomposed", Paper(unicodedata.normalize("NFD", "Số: 15/UBND-VX"), DAY, "", "H99"), SAME),
        ("another year", Paper("15/UBND-VX", date(2025, 11, 10), "UBND tỉnh Sông Lam", "H99"), DIFFERENT),
        ("another day of the year", Paper("15/UBND-VX", date(2026, 11, 1), "", "H99"), DOUBTFUL),
        ("no day", Paper("15/UBND-VX", None, "UBND tỉnh Sông Lam", "H99"), DOUBTFUL),
        ("nobody named", Paper("15/UBND-VX", DAY), DOUBTFUL),
        ("a name for a code", Paper("15/UBND-VX", DAY, "UBND tỉnh"), DOUBTFUL),
        ("a name for a code, and another day", Paper("15/UBND-VX", date(2026, 3, 2), "UBND tỉnh"), DIFFERENT),
        ("neither day nor issuer", Paper("15/UBND-VX"), DOUBTFUL),
        ("another issuer", Paper("15/UBND-VX", DAY, "UBND phường Lam Châu", "H99.61"), DIFFERENT),
        ("another issuer of the same name", Paper("15/UBND-VX", DAY, "UBND tỉnh Sông Lam", "H40"), DIFFERENT),
        ("another notation", Paper("15/UBND-TH", DAY, "UBND tỉnh Sông Lam", "H99"), DIFFERENT),
        ("no number", Paper("", DAY, "UBND tỉnh Sông Lam", "H99"), DIFFERENT),
        ("an id beside all of it", Paper("15/UBND-VX", DAY, "", "H99", "H99,2026/11/10,15/UBND-VX"), SAME),
    ],
)
def test_what_another_system_shows(why: str, other: Paper, expected: Likeness) -> None:
    assert likeness(OFFICE, other) is expected, why
    assert likeness(other, OFFICE) is expected, why


def test_an_id_of_the_issuer_decides_where_both_have_one() -> None:
    one = Paper("15/UBND-VX", DAY, "", "H99", "CV-1")
    assert likeness(one, Paper("", None, "", "H99", "cv-1")) is SAME
    assert likeness(one, Paper("15/UBND-VX", DAY, "", "H40", "CV-1")) is DIFFERENT
    assert likeness(one, Paper("15/UBND-VX", DAY, "", "", "CV-1")) is DOUBTFUL
    assert likeness(one, Paper("15/UBND-VX", DAY, "", "H99", "CV-2")) is DOUBTFUL
    assert likeness(one, Paper("16/UBND-VX", DAY, "", "H99", "CV-2")) is DIFFERENT


def test_an_id_of_the_legal_form_says_what_the_packet_left_out() -> None:
    told = paper_of(Identity(document_id="H99,2026/11/10,15/UBND-VX"))
    assert likeness(OFFICE, told) is SAME
    only_year = paper_of(Identity(document_id="H99,2026,15/UBND-VX"))
    assert only_year.issued_on is None
    assert likeness(OFFICE, only_year) is DOUBTFUL
    opaque = paper_of(Identity(document_id="8f1c-77"), issuer="UBND tỉnh", number="15/UBND-VX")
    assert opaque == Paper("15/UBND-VX", None, "UBND tỉnh", "", "8f1c-77")
    given = paper_of(Identity("H99", "15/UBND-VX", DAY, "H40,2025/01/01,1/CV"))
    assert (given.issuer_code, given.number, given.issued_on) == ("H99", "15/UBND-VX", DAY)


def test_one_candidate_is_meant_two_are_a_doubt() -> None:
    paper = Paper("15/UBND-VX", DAY, "", "H99")
    other_day = Paper("15/UBND-VX", date(2026, 1, 5), "", "H99")
    assert match(paper, [("a", OFFICE), ("b", Paper("16/UBND-VX", DAY, "", "H99"))]) == Match("a")
    assert match(paper, [("a", OFFICE), ("b", other_day)]) == Match("a")
    assert match(paper, [("a", OFFICE), ("b", OFFICE)]) == Match(doubtful=("a", "b"))
    assert match(paper, [("a", other_day)]) == Match(doubtful=("a",))
    assert match(paper, [("a", Paper("15/UBND-VX", date(2025, 1, 5), "", "H99"))]) == Match()
    assert match(paper, []) == Match()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Báo cáo kết quả thực hiện Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh",
            [("12/CT-UBND", DAY)],
        ),
        ("V/v thực hiện Công văn 15/UBND-VX ngày 10 tháng 11 năm 2026", [("15/UBND-VX", DAY)]),
        ("Quyết định số 15 / QĐ-UBND, ngày 10-11-2026", [("15/QĐ-UBND", DAY)]),
        ("Chỉ thị số 12/CT-UBND của UBND tỉnh", []),
        ("Báo cáo quý IV, ngày 10/11/2026", []),
        ("Chỉ thị 12/CT-UBND ngày 31/02/2026", []),
        (
            "12/CT-UBND ngày 10/11/2026 và 13/CT-UBND ngày 10/11/2026, 12/CT-UBND ngày 10/11/2026",
            [("12/CT-UBND", DAY), ("13/CT-UBND", DAY)],
        ),
    ],
)
def test_a_text_names_a_document_by_number_and_day(text: str, expected: list[tuple[str, date]]) -> None:
    assert [(paper.number, paper.issued_on) for paper in cited(text)] == expected


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        (
            "Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh Sông Lam về công tác tổ chức",
            "UBND tỉnh Sông Lam",
        ),
        ("Chỉ thị số 12/CT-UBND ngày 10/11/2026 của Chủ tịch UBND tỉnh.", "Chủ tịch UBND tỉnh"),
        ("(Chỉ thị số 12/CT-UBND ngày 10/11/2026 của UBND tỉnh)", "UBND tỉnh"),
        ("Chỉ thị số 12/CT-UBND ngày 10/11/2026 về việc của ngành", ""),
    ],
)
def test_and_whose_it_is(text: str, issuer: str) -> None:
    (paper,) = cited(text)
    assert paper.issuer == issuer


def test_codes_have_two_forms() -> None:
    assert same_code("H99.02", "000.00.02.H99")
    assert same_code(" h99.02", "H99.02")
    assert not same_code("H99.02", "H99.03")


KNOWN = Match(("van-phong", "7"))
UNSURE: Match[tuple[str, str]] = Match(doubtful=(("van-phong", "7"),))
NONE: Match[tuple[str, str]] = Match()


@pytest.mark.parametrize(
    ("why", "owner", "found", "further", "expected"),
    [
        ("nobody else knows it", "", NONE, {}, (Verdict.HERE, "", "")),
        ("it is issued here", "so", NONE, {}, (Verdict.HERE, "", "")),
        ("it is issued there, and shown there", "van-phong", KNOWN, {}, (Verdict.THERE, "van-phong", "7")),
        ("it is issued there, and not shown yet", "van-phong", NONE, {}, (Verdict.THERE, "van-phong", "")),
        ("tracked there, and nobody says who owns it", "", KNOWN, {}, (Verdict.ASK, "van-phong", "7")),
        ("tracked there, and issued here", "so", KNOWN, {}, (Verdict.ASK, "van-phong", "7")),
        ("tracked there, and owned by a third", "truc", KNOWN, {}, (Verdict.ASK, "van-phong", "7")),
        ("perhaps the same", "", UNSURE, {}, (Verdict.ASK, "van-phong", "7")),
        ("perhaps the same, of the owner", "van-phong", UNSURE, {}, (Verdict.ASK, "van-phong", "7")),
        ("perhaps the same, issued here", "so", UNSURE, {}, (Verdict.TWICE, "van-phong", "7")),
        ("it has tasks here", "van-phong", NONE, {"tracked": True}, (Verdict.HERE, "", "")),
        ("it has tasks at both", "van-phong", KNOWN, {"tracked": True}, (Verdict.TWICE, "van-phong", "7")),
        ("a person said that it is another one", "", UNSURE, {"its_own": True}, (Verdict.HERE, "", "")),
        ("a person said so of two that agree", "", KNOWN, {"its_own": True}, (Verdict.HERE, "", "")),
    ],
)
def test_where_it_is_tracked(
    why: str,
    owner: str,
    found: Match[tuple[str, str]],
    further: dict[str, bool],
    expected: tuple[Verdict, str, str],
) -> None:
    assert standing("so", owner, found, **further) == Standing(*expected), why


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Few values, so that pairs meet."""
    return Paper(
        draw(st.sampled_from(["", "15/UBND-VX", "Số: 15/UBND-VX", "16/UBND-VX"])),
        draw(st.sampled_from([None, DAY, date(2026, 1, 5), date(2025, 11, 10)])),
        draw(st.sampled_from(["", "UBND tỉnh Sông Lam", "UBND tỉnh"])),
        draw(st.sampled_from(["", "H99", "000.00.00.H99", "H40"])),
        draw(st.sampled_from(["", "CV-1", "CV-2"])),
    )


@given(papers(), papers())
def test_likeness_has_no_direction_and_never_leaps_over_a_contradiction(one: Paper, other: Paper) -> None:
    found = likeness(one, other)
    assert found is likeness(other, one)
    codes = {one.issuer_code, other.issuer_code} - {""}
    if found is not DIFFERENT:
        assert "H40" not in codes or codes == {"H40"}
    if found is SAME:
        by_id = bool(one.document_id) and one.document_id == other.document_id
        assert by_id or (one.key == other.key != "" and one.issued_on == other.issued_on is not None)


@given(papers(), st.lists(papers(), max_size=4))
def test_a_match_never_depends_on_the_order_of_candidates(paper: Paper, others: list[Paper]) -> None:
    named = list(enumerate(others))
    matches = [match(paper, order) for order in itertools.permutations(named)]
    assert len({(found.same, frozenset(found.doubtful)) for found in matches}) == 1
    assert matches[0].same is None or not matches[0].doubtful
