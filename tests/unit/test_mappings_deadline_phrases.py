"""A table of deadline phrases as offices write them, each with the reading of a careful civil servant.

Issued on Tuesday 10/3/2026. A row holds the phrase, the kind, the due day (day/month/year),
the hour, and "asks" where a person must decide; "-" stands for none. Excludes what a
spreadsheet's stored day adds (test_mappings_deadlines).
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time

import pytest

from mappings.deadlines import read_deadline

ISSUED = date(2026, 3, 10)

DATES = """
20/4/2026 | date | 20/4/2026
20/04/2026. | date | 20/4/2026
Ngày 20-4-2026 | date | 20/4/2026
ngày 05.6.2026 | date | 5/6/2026
5-6-2026 | date | 5/6/2026
05/06/26 | date | 5/6/2026
2026/06/05 | date | 5/6/2026
Ngày 05 / 06 / 2026 | date | 5/6/2026
ngày 5 tháng 6 năm 2026 | date | 5/6/2026
05 tháng 6 năm 2026 | date | 5/6/2026
NGÀY 5 THÁNG 6 NĂM 2026 | date | 5/6/2026
ngày 5 tháng Sáu năm 2026 | date | 5/6/2026
ngày 5 tháng Tư năm 2026 | date | 5/4/2026
ngày 5 tháng năm năm 2026 | date | 5/5/2026
ngày 5 tháng 6 | date | 5/6/2026
5/6 | date | 5/6/2026
ngày 5.6 | date | 5/6/2026
ngày 20-4 | date | 20/4/2026
xong ngày 31/12 | date | 31/12/2026
chậm nhất ngày 15/4 | date | 15/4/2026
muộn nhất là 15/4/2026 | date | 15/4/2026
hạn chót 15/4/2026 | date | 15/4/2026
hạn cuối cùng là ngày 15/4/2026 | date | 15/4/2026
không quá ngày 15/4/2026 | date | 15/4/2026
không trễ hơn ngày 15/4/2026 | date | 15/4/2026
đến hết ngày 15/4/2026 | date | 15/4/2026
hết ngày 15/4/2026 | date | 15/4/2026
trong ngày 15/4/2026 | date | 15/4/2026
ngay trong ngày 15/4/2026 | date | 15/4/2026
từ nay đến hết ngày 15/4/2026 | date | 15/4/2026
trước và trong ngày 15/4/2026 | date | 15/4/2026
trước ngày 15/4/2026 | date | 14/4/2026
Trước 15/4/2026 | date | 14/4/2026
Xong trước 15/4 | date | 14/4/2026
Gửi Sở Tài chính trước ngày 15/4/2026 để tổng hợp | date | 14/4/2026
báo cáo UBND tỉnh trước ngày 01 tháng 5 năm 2026 | date | 30/4/2026
thứ Tư, ngày 15/4/2026 | date | 15/4/2026
Ngày 15/4/2026 (thứ 4) | date | 15/4/2026
chiều ngày 15/4/2026 | date | 15/4/2026
Quý II/2026 (trước ngày 15/6/2026) | date | 14/6/2026
trong tháng 6/2026, chậm nhất ngày 20/6 | date | 20/6/2026
trước ngày 20/6/2026 (Quý II/2026) | date | 19/6/2026
Năm 2026 (trước ngày 15/12) | date | 14/12/2026
- Trước ngày 15/4/2026 | date | 14/4/2026
sáng 15/4/2026 | date | 15/4/2026
khẩn trương hoàn thành trước ngày 15/4/2026 | date | 14/4/2026
báo cáo Thủ tướng Chính phủ trước ngày 15/4/2026 | date | 14/4/2026
không chậm quá ngày 15/4/2026 | date | 15/4/2026
từ ngày ban hành đến 15/4/2026 | date | 15/4/2026
trước thứ Tư, ngày 15/4/2026 | date | 14/4/2026
sáng thứ Tư, 15/4/2026 | date | 15/4/2026
ngày 15, tháng 4, năm 2026 | date | 15/4/2026
ngày 15/tháng 4/năm 2026 | date | 15/4/2026
hỏa tốc, trước ngày 15/4/2026./. | date | 14/4/2026
20-4 | date | 20/4/2026
2026-04-20 00:00:00 | date | 20/4/2026
46132 | date | 20/4/2026
46132.0 | date | 20/4/2026
"""

HOURS = """
trước 16h ngày 15/4/2026 | date | 15/4/2026 16:00
trước 16h00’ ngày 15/4/2026 | date | 15/4/2026 16:00
trước 16 giờ 30 phút ngày 15 tháng 4 năm 2026 | date | 15/4/2026 16:30
17g30 ngày 15/4/2026 | date | 15/4/2026 17:30
09:15 ngày 15/4/2026 | date | 15/4/2026 09:15
15/4/2026, trước 10 giờ | date | 15/4/2026 10:00
trước 10h, thứ Tư ngày 15/4/2026 | date | 15/4/2026 10:00
trước 5 giờ chiều ngày 15/4/2026 | date | 15/4/2026 17:00
8h sáng ngày 15/4/2026 | date | 15/4/2026 08:00
cuối giờ chiều ngày 15/4/2026 | date | 15/4/2026
trước cuối giờ làm việc ngày 15/4/2026 | date | 15/4/2026
hết giờ hành chính ngày 15/4/2026 | date | 15/4/2026
8 giờ tối ngày 15/4/2026 | date | asks
trước ngày 15/4/2026 lúc 16h | date | asks
trước chiều ngày 15/4/2026 | date | asks
trước 25h ngày 15/4/2026 | unclear | asks
"""

PERIODS = """
tháng 6/2026 | end_of_month | 30/6/2026
Trong tháng 6 | end_of_month | 30/6/2026
T6/2026 | end_of_month | 30/6/2026
06/2026 | end_of_month | 30/6/2026
tháng 02/2028 | end_of_month | 29/2/2028
tháng Sáu năm 2026 | end_of_month | 30/6/2026
tháng ba năm 2027 | end_of_month | 31/3/2027
cuối tháng 6/2026 | end_of_month | 30/6/2026
trước cuối tháng 6 | end_of_month | asks
hết tháng 6 năm 2026 | end_of_month | 30/6/2026
QII/2026 | end_of_quarter | 30/6/2026
QuýII/2026 | end_of_quarter | 30/6/2026
T12 | end_of_month | 31/12/2026
T6 | end_of_month | asks
sáu tháng đầu năm | range | 30/6/2026
hết quý | end_of_quarter | asks
cả năm | end_of_year | asks
Quý II/2026 | end_of_quarter | 30/6/2026
quý tư năm 2026 | end_of_quarter | 31/12/2026
Q.II/2026 | end_of_quarter | 30/6/2026
quý 3 | end_of_quarter | 30/9/2026
hết quý 4/2026 | end_of_quarter | 31/12/2026
cuối quý II năm 2026 | end_of_quarter | 30/6/2026
năm 2026 | end_of_year | 31/12/2026
trong năm 2027 | end_of_year | 31/12/2027
hết năm 2026 | end_of_year | 31/12/2026
năm nay | end_of_year | 31/12/2026
6 tháng đầu năm | range | 30/6/2026
6 tháng đầu năm 2026 | range | 30/6/2026
9 tháng đầu năm 2026 | range | 30/9/2026
6 tháng cuối năm | range | 31/12/2026
3 tháng cuối năm 2026 | range | 31/12/2026
thượng tuần tháng 6 | range | 10/6/2026
trung tuần tháng 6/2026 | range | 20/6/2026
hạ tuần tháng 2/2028 | range | 29/2/2028
nửa đầu tháng 6/2026 | range | 15/6/2026
nửa cuối tháng 6 | range | 30/6/2026
nửa đầu năm 2027 | range | 30/6/2027
đầu tháng 6 | end_of_month | asks
giữa tháng 6/2026 | end_of_month | asks
đầu quý III | end_of_quarter | asks
giữa năm 2026 | end_of_year | asks
đầu năm 2027 | end_of_year | asks
tuần 2 tháng 6 | range | asks
tuần thứ 3 tháng 6/2026 | range | asks
tuần cuối tháng 6 | range | asks
tuần 6 tháng 6 | unclear | asks
trước tháng 6/2026 | end_of_month | asks
tháng 13/2026 | unclear | asks
Quý V/2026 | unclear | asks
tháng sau | unclear | asks
trong tháng | end_of_month | asks
năm tới | unclear | asks
"""

RANGES = """
từ ngày 01/4/2026 đến ngày 15/5/2026 | range | 15/5/2026
01/4 - 15/5/2026 | range | 15/5/2026
từ 15 đến 20/4/2026 | range | 20/4/2026
15–20/4 | range | 20/4/2026
từ ngày 20 đến ngày 25 tháng 4 năm 2026 | range | 25/4/2026
tháng 4 - 6/2026 | range | 30/6/2026
tháng 4 - 6 năm 2026 | range | 30/6/2026
T4-T6/2026 | range | 30/6/2026
từ 15 đến 20 tháng 4 năm 2026 | range | 20/4/2026
quý III, IV | range | asks
từ tháng 4 đến hết tháng 9/2026 | range | 30/9/2026
từ tháng 11 đến tháng 2/2027 | range | 28/2/2027
Quý II - Quý IV/2026 | range | 31/12/2026
2026-2030 | range | 31/12/2030
giai đoạn 2026 - 2030 | range | 31/12/2030
từ đầu tháng 4 đến cuối tháng 6/2026 | range | 30/6/2026
từ 8h00 ngày 15/4/2026 đến 17h ngày 20/4/2026 | range | 20/4/2026 17:00
08h00 - 11h30 ngày 15/4/2026 | range | 15/4/2026 11:30
ngày 5-6/2026 | range | asks
từ ngày 5 đến tháng 6/2026 | range | asks
15/5/2026 - 01/4/2026 | range | asks
"""

LENGTHS = """
15 ngày kể từ ngày ban hành | relative_days | 25/3/2026
trong vòng 10 ngày kể từ ngày ký | relative_days | 20/3/2026
10 ngày tính từ ngày ký ban hành văn bản này | relative_days | 20/3/2026
02 tuần kể từ ngày ban hành | relative_days | 24/3/2026
3 tháng kể từ ngày ban hành Chỉ thị này | relative_days | 10/6/2026
15 ngày kể từ ngày ban hành Kế hoạch | relative_days | asks
15 ngày kể từ ngày ban hành phương án | relative_days | asks
15 ngày kể từ ngày nhận được văn bản | relative_days | asks
15 ngày | relative_days | asks
trong 24 giờ | relative_days | asks
48 giờ kể từ khi nhận được văn bản | relative_days | asks
05 ngày sau khi có kết luận | relative_days | asks
30 ngày sau khi ban hành | relative_days | asks
05 ngày làm việc | relative_working_days | asks
05 ngày làm việc kể từ ngày ban hành | relative_working_days | asks
05 ngày làm việc kể từ ngày nhận được hồ sơ | relative_working_days | asks
30 ngày kể từ ngày Chính phủ ban hành Nghị định | relative_days | asks
"""

RECURRING = """
trước 15h00 thứ Sáu hằng tuần | weekly | 13/3/2026 15:00
Thứ Năm hàng tuần, trước 16 giờ 30 | weekly | 12/3/2026 16:30
thứ 3 hằng tuần | weekly | 17/3/2026
trước thứ Sáu hằng tuần | weekly | 12/3/2026
chiều thứ Sáu hằng tuần | weekly | 13/3/2026
cuối giờ chiều thứ Sáu hằng tuần | weekly | 13/3/2026
Chủ nhật hằng tuần | weekly | 15/3/2026
thứ Hai và thứ Năm hằng tuần | weekly | 12/3/2026
hằng tuần | weekly | -
02 tuần một lần | weekly | -
hai tuần một lần, trước 16h thứ Sáu | weekly | -
1 lần/tuần | weekly | -
trước ngày 25 hằng tháng | monthly | 24/3/2026
trước ngày 11 hằng tháng | monthly | 10/4/2026
ngày 10 hằng tháng | monthly | 10/4/2026
trước 25 hằng tháng | monthly | 24/3/2026
ngày 25/hằng tháng | monthly | 25/3/2026
hằng tháng (25) | monthly | 25/3/2026
ngày 15 và ngày 30 hằng tháng | monthly | 15/3/2026
thường xuyên, báo cáo trước ngày 25 hằng tháng | monthly | 24/3/2026
trước ngày 05 của tháng sau | monthly | asks
báo cáo tháng: trước ngày 20; quý: trước ngày 20 tháng cuối quý | monthly | asks
ngày 31 mỗi tháng | monthly | 31/3/2026
Hằng tháng (trước ngày 25) | monthly | 24/3/2026
trước 16h ngày 25 hàng tháng | monthly | 25/3/2026 16:00
định kỳ cuối tháng | monthly | 31/3/2026
cuối mỗi tháng | monthly | 31/3/2026
hằng tháng, quý, năm | monthly | -
2 lần/tháng | monthly | -
trước ngày 20 tháng cuối quý | quarterly | 19/3/2026
ngày 20 của tháng cuối mỗi quý | quarterly | 20/3/2026
ngày 05 tháng đầu quý | quarterly | 5/4/2026
hằng quý (trước ngày 20 của tháng cuối quý) | quarterly | 19/3/2026
cuối mỗi quý | quarterly | 31/3/2026
20/3, 20/6, 20/9, 20/12 hằng năm | quarterly | 20/3/2026
3 tháng/lần | quarterly | -
Theo quý | quarterly | -
định kỳ quý, 6 tháng, 9 tháng, năm | quarterly | -
trước ngày 15/6 và 15/12 hằng năm | half_year | 14/6/2026
định kỳ 6 tháng (trước ngày 15/6), năm (trước ngày 15/12) | half_year | 14/6/2026
định kỳ 6 tháng (trước ngày 15/6) | half_year | -
1 lần/6 tháng | half_year | -
mỗi 6 tháng | half_year | -
báo cáo 6 tháng, 9 tháng, năm | half_year | asks
định kỳ trước ngày 15/6 và 15/12 | half_year | 14/6/2026
tháng 6, tháng 12 hằng năm | half_year | 30/6/2026
02 lần/năm | half_year | -
6 tháng một lần | half_year | -
trước ngày 10/12 hằng năm | yearly | 9/12/2026
trước ngày 01 tháng 3 hằng năm | yearly | 28/2/2027
tháng 12 hằng năm | yearly | 31/12/2026
quý I hằng năm | yearly | 31/3/2026
hằng năm | yearly | -
ngày 32 hằng tháng | unclear | asks
ngày 31/11 hằng năm | unclear | asks
định kỳ | unclear | asks
trước ngày 05/6/2026 và định kỳ hằng tháng | monthly | asks
"""

WITHOUT_A_DAY = """
Thường xuyên | ongoing | -
thường xuyên, liên tục | ongoing | -
hằng ngày | ongoing | -
- | none | -
Không quy định thời hạn | none | -
Theo tiến độ | unclear | asks
theo tiến độ dự án | unclear | asks
Theo kế hoạch | unclear | asks
theo quy định | unclear | asks
Theo Thông tư mới | unclear | asks
theo thời hạn cụ thể sau đây | none | asks
sau khi Nghị định có hiệu lực | by_event | asks
ngay sau khi được phê duyệt | by_event | asks
Sau khi HĐND tỉnh thông qua | by_event | asks
khi có yêu cầu | by_event | asks
trước khi trình HĐND tỉnh | by_event | asks
thường xuyên khi có yêu cầu | ongoing | asks
"""

DOUBTFUL = """
trước 30/6/2026 và 31/12/2026 | unclear | asks
Quý I và trước ngày 30/4/2026 | unclear | asks
Quý II/2026; trước ngày 15/6/2026 | unclear | asks
Quý II/2026, báo cáo trước ngày 15/6/2026 | unclear | asks
tháng 6 và tháng 12/2026 | unclear | asks
từ tháng 4/2026 trở đi | unclear | asks
Tháng 4/2026 và thường xuyên | unclear | asks
15/8 âm lịch | unclear | asks
rằm tháng 8 năm 2026 | unclear | asks
mùng 5/6/2026 | unclear | asks
tháng Giêng | unclear | asks
trước Tết Nguyên đán 2027 | unclear | asks
ngày 5-6 | date | asks
thứ Sáu | date | asks
trước 15h thứ Sáu | date | asks
thứ Hai, ngày 15/4/2026 | date | asks
15/02 | date | asks
15/02/2026 | date | asks
31/02/2026 | unclear | asks
dự kiến 15/4/2026 | date | asks
15/4/2026 hoặc khi có yêu cầu | date | asks
15/4/2026 đối với nội dung 1 | date | asks
Công văn ngày 15/4/2026 | date | asks
sau ngày 15/4/2026 | unclear | asks
khoảng 15/4/2026 | date | asks
phấn đấu hoàn thành trước 15/4/2026 | date | asks
số liệu tính đến ngày 15/4/2026 | date | asks
gia hạn đến ngày 15/4/2026 theo Công văn số 12/UBND-TH | date | asks
20.4 | date | asks
4-5 | date | asks
20/4/202 | unclear | asks
ngày 15 | unclear | asks
5-6/2026 | unclear | asks
"""

TABLES = (DATES, HOURS, PERIODS, RANGES, LENGTHS, RECURRING, WITHOUT_A_DAY, DOUBTFUL)
ROWS = [
    tuple(part.strip() for part in line.split("|")) for table in TABLES for line in table.strip().splitlines()
]


def _wanted(written: str) -> tuple[date | None, time | None]:
    day, _, hour = written.partition(" ")
    due = None if day == "-" else datetime.strptime(day, "%d/%m/%Y").date()
    return due, time.fromisoformat(hour) if hour else None


def test_the_table_is_long_enough_to_judge() -> None:
    assert len(ROWS) >= 200
    assert len({phrase for phrase, _, _ in ROWS}) == len(ROWS)


@pytest.mark.covers("LC-04", "LC-09", "M36")
@pytest.mark.parametrize(("phrase", "kind", "wanted"), ROWS)
def test_a_phrase_reads_as_a_careful_person_reads_it(phrase: str, kind: str, wanted: str) -> None:
    found = read_deadline(phrase, issued=ISSUED)
    assert (found.kind, found.confidence) == (kind, "asks" if wanted == "asks" else "sure"), found
    assert found.phrase == phrase
    if wanted == "asks":
        assert found.why
    else:
        assert (found.due, found.at) == _wanted(wanted)
        assert found.rule


@pytest.mark.covers("M35")
@pytest.mark.parametrize(("phrase", "kind", "wanted"), ROWS)
def test_how_it_is_typed_changes_nothing(phrase: str, kind: str, wanted: str) -> None:
    plain = read_deadline(phrase, issued=ISSUED)
    for typed in (
        unicodedata.normalize("NFD", phrase),
        phrase.upper() if "46132" not in phrase else phrase,
        "\n" + phrase.replace(" ", "  ") + " ",
        phrase.replace(" ", "\u00a0"),
    ):
        found = read_deadline(typed, issued=ISSUED)
        assert (found.kind, found.due, found.at, found.confidence) == (
            plain.kind,
            plain.due,
            plain.at,
            plain.confidence,
        ), typed


@pytest.mark.parametrize(
    ("phrase", "due", "inclusive"),
    [
        ("trước ngày 15/4/2026", date(2026, 4, 14), date(2026, 4, 15)),
        ("Báo cáo trước ngày 15 tháng 4", date(2026, 4, 14), date(2026, 4, 15)),
        ("trước ngày 25 hằng tháng", date(2026, 3, 24), date(2026, 3, 25)),
        ("trước thứ Sáu hằng tuần", date(2026, 3, 12), date(2026, 3, 13)),
        ("Quý II/2026 (trước ngày 15/6/2026)", date(2026, 6, 14), date(2026, 6, 15)),
        ("trước 16h ngày 15/4/2026", date(2026, 4, 15), date(2026, 4, 15)),
        ("tháng 6/2026", date(2026, 6, 30), date(2026, 6, 30)),
        ("15/4/2026", date(2026, 4, 15), date(2026, 4, 15)),
    ],
)
def test_the_day_that_was_written_is_kept_beside_the_due_day(phrase: str, due: date, inclusive: date) -> None:
    found = read_deadline(phrase, issued=ISSUED)
    assert (found.due, found.due_inclusive) == (due, inclusive)
    same = read_deadline(phrase, issued=ISSUED, before_date="same_day")
    assert (same.due, same.due_inclusive) == (inclusive, inclusive)


@pytest.mark.parametrize(
    ("phrase", "issued", "due", "confidence"),
    [
        ("Quý IV", date(2025, 12, 25), date(2025, 12, 31), "asks"),
        ("6 tháng cuối năm", date(2025, 12, 25), date(2025, 12, 31), "asks"),
        ("cuối năm", date(2025, 12, 25), date(2025, 12, 31), "asks"),
        ("tháng 12", date(2025, 12, 25), date(2025, 12, 31), "asks"),
        ("tháng 12", date(2025, 12, 2), date(2025, 12, 31), "sure"),
        ("Quý IV", date(2025, 11, 25), date(2025, 12, 31), "sure"),
        ("Quý I", date(2025, 12, 25), date(2026, 3, 31), "sure"),
    ],
)
def test_a_plan_signed_in_december_may_speak_of_the_next_year(
    phrase: str, issued: date, due: date, confidence: str
) -> None:
    found = read_deadline(phrase, issued=issued)
    assert (found.due, found.confidence) == (due, confidence)


def test_what_comes_back_is_no_due_day_of_the_task_itself() -> None:
    assert read_deadline("trước ngày 25 hằng tháng", issued=ISSUED).once is None
    assert read_deadline("dự kiến 15/4/2026", issued=ISSUED).once is None
    assert read_deadline("15/4/2026", issued=ISSUED).once == date(2026, 4, 15)


def test_without_an_issue_date_what_comes_back_has_no_next_day() -> None:
    found = read_deadline("trước ngày 25 hằng tháng", issued=None)
    assert (found.kind, found.due, found.confidence) == ("monthly", None, "sure")
    assert found.rule == "trước ngày 25 hằng tháng"


def test_a_length_from_receipt_is_sure_once_the_receipt_is_known() -> None:
    phrase = "trong vòng 10 ngày kể từ ngày nhận được văn bản này"
    found = read_deadline(phrase, issued=ISSUED, received=date(2026, 3, 12))
    assert (found.due, found.confidence) == (date(2026, 3, 22), "sure")
    other = read_deadline("10 ngày kể từ ngày nhận được hồ sơ", issued=ISSUED, received=date(2026, 3, 12))
    assert (other.due, other.confidence) == (None, "asks")
