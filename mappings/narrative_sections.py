"""What a paragraph says of itself before anyone is named in it: closing, citation, judgement, label, section.

Directives are written to a pattern, so these openings are few; each is a regular
expression over the folded text.
"""

from __future__ import annotations

import re
from typing import Final

END: Final = re.compile(
    r"noi nhan ?:?(?:$|\s)|noi nhan:|tm\. (?:ubnd|uy ban)|kt\. (?:chu tich|giam doc)|tl\. chu tich"
)
TITLE: Final = re.compile(
    r"=|(?:cong van|ke hoach|chi thi|thong bao|quyet dinh|phu luc|chuong trinh|cong dien"
    r"|bao cao|to trinh)\b|cong hoa xa hoi|kinh gui|so ?:"
)
#: Sections by what their title says.
WORK: Final = re.compile(
    r"to chuc thuc hien|nhiem vu|noi dung|phan cong|trach nhiem|giai phap|bien phap"
    r"|viec can lam|trien khai|che do (?:thong tin|bao cao)"
    r"|thong tin,? bao cao|thuc hien|ket luan|chi dao|yeu cau cu the|phuong an|cong tac"
)
BACKGROUND: Final = re.compile(
    r"muc dich|muc tieu|quan diem|danh gia chung|danh gia tinh hinh|tinh hinh"
    r"|ket qua (?:dat duoc|thuc hien)|ton tai|han che|nguyen nhan|kinh phi|can cu"
    r"|pham vi|doi tuong|su can thiet|co so (?:phap ly|thuc tien)|yeu cau$|uu diem|nhan xet"
    r"|thanh phan|giai thich tu ngu|dieu khoan|hieu luc"
)
#: A paragraph after which the directions themselves begin.
TRIGGER: Final = re.compile(
    r"(?:nhu sau|sau day|sau|yeu cau|giao|chi dao|ket luan|nhiem vu|cu the|y kien|noi dung"
    r"|trong tam|truoc mat)(?: day)? ?:?$"
)
#: Whole paragraphs that give no work: closings, transmittals, conditions, statements of liability.
NO_WORK: Final = re.compile(
    r"tran trong cam on|tren day la|nay,? (?:thong bao|ubnd|uy ban)|truong hop|neu "
    r"|trong qua trinh (?:trien khai|thuc hien|to chuc)[^.;]{0,60}(?:neu|co"
    r"|phat sinh)[^.;]{0,30}"
    r"(?:kho khan|vuong mac|phat sinh|vuot)|van phong .{0,60}thong bao (?:ket luan|y kien|de)"
    r"|(?:chiu|phai chiu) trach nhiem (?:truoc|theo|toan dien|ve)"
    r"|kinh gui|tham du|can cu (?:luat|nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi"
    r"|cong van|ke hoach|cong dien|van ban)[^.;]*[;.]?$"
    r"|(?:danh gia cao|ghi nhan|bieu duong|hoan nghenh|dong y|co ban (?:dong y|thong nhat))\b"
    r"|(?:co ban )?thong nhat (?:voi|noi dung|chu truong|de nghi|bao cao|phuong an)\b"
    r"|xet (?:de nghi|bao cao)|thuc hien (?:cong van|ke hoach|quyet dinh|nghi quyet|chi thi"
    r"|y kien|noi dung (?:cac )?(?:quyet|cong|chi)|van ban|thong bao|chuong trinh so"
    r"|ket luan so)"
    r"|(?:sau khi|tai) (?:nghe|xem xet|cuoc hop)|thoi gian qua|nhan duoc|van ban nay"
    r"|thong bao nay|cong van nay thay|chi thi nay (?:co|thay)|quyet dinh nay"
)
#: An action that only repeats "do what stands here" or asks a superior to decide.
EMPTY: Final = re.compile(
    r"(?:(?:nghiem tuc|khan truong|nghiem|chu dong|phoi hop|quan triet"
    r"|to chuc|trien khai|thuc hien|chap hanh|tap trung|kip thoi|quan tam"
    r"|biet|de|va|,|thuc hien tot|co hieu qua|hieu qua|day du|dung"
    r"|nghiem chinh|can|phai|co trach nhiem)[ ,]*)+"
    r"(?:nghiem tuc |nghiem )?(?:cac )?(?:noi dung|chi thi|ke hoach|thong bao|y kien|cong van"
    r"|ket luan|nhiem vu|quyet dinh|cong dien|quy che|su chi dao)?"
    r"(?: chi dao| ket luan| y kien| nhiem vu)*(?: cua [^,;.]{0,40})?(?: nay| tren| neu tren"
    r"| noi tren| duoc giao| theo dung quy dinh| theo quy dinh)*"
    r"|(?:nghien cuu,? )?xem xet(?:,| va)? ?(?:quyet dinh|cho y kien|chap thuan|phe duyet"
    r"|thong qua|chi dao|giai quyet|ban hanh|tiep tuc)?[^;.]{0,40}"
    r"|(?:biet|luu y)[^;.]{0,60}"
)
LIABLE: Final = re.compile(
    r"(?:truc tiep chi dao[^;.]*; )?(?:phai )?(?:chiu trach nhiem (?:truoc|ve|toan dien"
    r"|thi hanh|theo (?:quy dinh|phap luat)|neu|to chuc thi hanh)"
    r"|truc tiep chi dao viec trien khai)"
)
LABEL: Final = re.compile(
    r"(?:(?P<lead>(?:(?:don vi|co quan|bo phan|phong) )?(?:chu tri|thuc hien|tham muu|dau moi"
    r"|phu trach)(?: chu tri| thuc hien| tham muu)*)"
    r"|(?P<partner>(?:(?:don vi|co quan|bo phan) )?phoi hop(?: thuc hien)?)"
    r"|(?P<time>(?:thoi gian|thoi han|tien do|han|thoi diem)(?: (?:thuc hien|hoan thanh"
    r"|du kien|bao cao|trien khai|to chuc|xong|xu ly|dao tao))*)"
    r"|(?P<other>thanh phan|dia diem|san pham|ket qua|muc tieu|kinh phi|ghi chu|hinh thuc"
    r"|doi tuong|noi dung|yeu cau|so luong|nguon luc|chi tieu))"
    r"(?: [a-z]+){0,2} ?:"
)
#: What shows outside the directions that a sentence gives work: the verb of a lead, or words of term.
PLAIN: Final = re.compile(r"(?:chu tri|co trach nhiem|co nhiem vu|chiu trach nhiem|phoi hop)\b")
TERM: Final = re.compile(
    r"(?:truoc|cham nhat|muon nhat|han chot|xong)(?: \w+){0,2} (?:ngay )?\d|trong (?:vong"
    r"|thoi gian|thang|quy) \d|dinh ky|hang (?:tuan|thang|quy)"
)
#: "…, trong đó lưu ý:": what follows is detail of the work just given, not further work.
DETAIL: Final = re.compile(
    r"\btrong do,? ?(?:can |phai )?(?:luu y|chu y|quan tam|dac biet(?: [a-z]+){0,4})? ?:$"
)
CONDITION: Final = re.compile(r"(?:truong hop|neu|trong qua trinh)\b")
