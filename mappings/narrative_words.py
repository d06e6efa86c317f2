"""Words by which a sentence of a directive gives work: verbs that end a unit's name, heads that begin one.

All are folded unless said otherwise; a verb is looked for only where the word is written
small, because in a name ("Sở Kế hoạch và Đầu tư", "Ban Chỉ đạo") the same words are
capitals. Phrases of a table stand between bars, single words between spaces.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

Phrases = frozenset[tuple[str, ...]]


def _phrases(table: str) -> Phrases:
    return frozenset(tuple(phrase.split()) for phrase in table.strip().replace("\n", "|").split("|"))


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


#: Two syllables with which an action, its manner or its condition begins.
VERBS: Final = _phrases("""
ap dung|ban bo|ban giao|ban hanh|bao cao|bao dam|bao quan|bao ve|bien soan|binh on|bo nhiem|bo sung|bo tri
boi duong|boi thuong|cach ly|cai cach|cam moc|can chu|can cu|can doi|canh bao|cap nhat|cap phep|cat giam
cham dut|cham lo|cham nhat|cham soc|chan chinh|chap hanh|chi dao|chiu trach|cho phep|cho y|chu dong
chu tri|chuan bi|chung tri|chuyen doi|chuyen giao|co bien|co giai|co ke|co nhiem|co phuong|co trach|co van
co y|cong bo|cong khai|cu can|cu cong|cu dai|cu the|cung cap|dam bao|dam nhan|dang ky|dang tai|dang tin
danh gia|dao tao|dat hang|dat muc|dau noi|dau thau|day manh|day nhanh|de nghi|de xuat|dien tap|dieu chinh
dieu dong|dieu hanh|dieu tiet|dieu tra|dinh huong|dinh ky|do dac|don dep|don doc|don gian|dong bo
dong thoi|du bao|du thao|dua tin|duoc giao|duy tri|gan bien|giai ngan|giai phong|giai quyet|giai trinh
giam sat|giu vung|giup chu|giup ubnd|giup uy|gop y|gui bao|gui ho|gui ket|gui van|gui y|han che|hang nam
hang quy|hang thang|hang tuan|ho tro|hoan chinh|hoan thanh|hoan thien|hoan tra|huong dan|ket noi|keu goi
khac phuc|khai thac|khan truong|khanh thanh|khao sat|khoanh vung|khoi cong|khoi to|khong de|kiem diem
kiem ke|kiem soat|kiem tra|kien nghi|kien quyet|kien toan|kip thoi|ky ket|lam dau|lam ro|lam tot|lam viec
lanh dao|lap bao|lap bien|lap danh|lap du|lap ho|lap ke|lap lai|lap phuong|lap to|lay y|lien he|lien thong
lua chon|luu tru|luu y|mo cao|mo dot|mo lop|mo rong|mua sam|nang cao|nang cap|neu cao|ngan chan|nghiem thu
nghiem tuc|nghien cuu|nhac viec|nhan dien|nhan rong|nhanh chong|no luc|nop bao|nop ho|phai chu|phan anh
phan bo|phan cong|phan dau|phan hoi|phan khai|phan loai|phan luong|phan tich|phat dong|phat hanh|phat huy
phat song|phat trien|phe duyet|pho bien|phoi hop|phoi voi|phong ngua|quan ly|quan tam|quan triet|quy hoach
quyen gop|quyet dinh|quyet liet|quyet tam|quyet toan|ra quan|ra soat|ra thong|ra van|rut kinh|sang loc
sap xep|siet chat|so hoa|so ket|soan thao|su dung|sua doi|tai cau|tai co|tang cuong|tao dieu|tap huan
tap trung|tham dinh|tham du|tham gia|tham muu|tham van|than trong|thanh lap|thanh toan|thanh tra|thao go
the che|theo chuc|theo doi|theo dung|theo linh|theo nhiem|theo pham|theo tham|thi cong|thi diem|thi hanh
tho cung|thong bao|thong ke|thong nhat|thu hoi|thu hut|thu thap|thuc day|thuc hien|thuong xuyen|tich cuc
tich hop|tiem chung|tien hanh|tiep nhan|tiep thu|tiep tuc|tim kiem|to chuc|tong hop|tong ket|tra loi
trao doi|trao tang|tren co|tri an|trien khai|trinh ban|trinh cap|trinh chu|trinh hdnd|trinh thuong
trinh ubnd|trinh uy|trong nam|trong pham vi|trong quy|trong thang|trong thoi|trong trot|truc tiep
truoc ngay|truy to|tu danh|tu kiem|tu ra|tuan thu|tuan tra|tuyen truyen|ung dung|ung pho|uu tien|van dong
van hanh|vao cuoc|xac dinh|xac minh|xac nhan|xay dung|xem xet|xet xu|xu ly|xuc tien|yeu cau
""")
#: Single syllables, with accents, that begin an action or end a name.
VERB_WORDS: Final = _words("""
chưa có căn cần cử do giao giúp gửi hỗ khi không kịp là làm lập mở nhằm nêu nếu nộp phân phải ra rà sau sẽ
sớm theo thường trong trên trình trước tại từ tự vẫn về vừa xét đang đã đôn đưa được để đối
""")
#: First syllables, with accents, that fold like a verb's and are none: "cổ phần công nghệ", "cơ quan".
NO_VERB: Final = _words("""
bàn bản chí cán cơ cố phần số
""")
#: After these a word of `VERBS` belongs to a noun: "chương trình", "dự án đầu tư", "các tổ chức".
NOT_AFTER: Final = _words("""
cac chuong cong dau du giao lo nguoi nhung quy su tien viec
""")
#: Verbs that are part of the name when they follow its head: "Ban quản lý dự án", "Tổ giúp việc".
NAMING: Final = _phrases("""
bao dam|bao ve|bien tap|boi duong|boi thuong|chi dao|chi huy|chuyen doi|chuyen giao|cong tac|cung cap
dang ky|dao tao|dau gia|dau thau|dieu hanh|giai phong|giam sat|giup viec|ho tro|khai thac|kiem dinh
kiem nghiem|kiem soat|kiem tra|luu tru|nghiem thu|phat trien|phoi hop|phuc vu|quan ly|quy hoach|ra soat
soan thao|tham dinh|thanh tra|thong tin|tiep nhan|to chuc|tuyen truyen|ung dung|ung pho|van dong|xet duyet
xuc tien
""")
#: Words, with accents, that go on about a name and begin no action.
NO_ACTION: Final = _words("""
bao bằng cùng của gồm hay hoặc mà như nơi theo thuộc trong trên tại tới và về với đến ở
""")
#: Words after which an asking word is a noun or past: "theo đề nghị", "được giao", "bàn giao".
NOUN_BEFORE: Final = _words("""
ban cac can chuyen co cua da dap dich do duoc khi moi mot neu nhu nhung phai so tai theo tieu truoc tung
ung van ve vua xet
""")
#: The first words of a unit's name.
HEADS: Final = _phrases("""
agribank|ban|ban chi dao|ban quan ly|bao|bao hiem|bao tang|bcd|bch|benh vien|bhxh|bi thu|bidv|bo
bo chi huy|bo doi|bo phan|bql|bqlda|buu dien|cac dia phuong|cang|ccb|cdc|chi bo|chi cuc|chi nhanh
chu dau tu|co quan|cong an|cong doan|cong ty|cuc|cum|dai|dai hoc|dan quan|dang bo|dang uy|dia phuong
dien luc|doan|doi|don bien phong|don vi|evn|hai quan|hat|hdnd|he thong|hiep hoi|hoc vien|hoi|hoi dong
hop tac xa|htx|huyen doan|huyen uy|kho bac|khoi|khu bao ton|khu di tich|lhpn|lien doan|lien minh|lu doan
mat tran|mat tran to quoc|mttq|ngan hang|nganh|nha hat|nha may|nha thau|nha xuat ban|pc|phan hieu|phong
quan khu|quan uy|quy|so|su doan|tand|tap doan|thanh doan|thanh tra|thanh uy|thu vien|thue|thuong truc
tieu ban|tieu doan|tinh doan|tinh uy|to|to cong tac|toa an|tong cong ty|tong cuc|tong dai|trai|trung doan
trung tam|truong|ttcp|ubmttq|ubnd|uy ban|uy ban nhan dan|van phong|vien|vien kiem sat|viettel|vksnd|vnpt
vpcp|vpub|vu|vuon quoc gia|xa uy|xi nghiep
""")
#: Heads that are followed by what the body does.
DOING_HEADS: Final = _phrases("""
ban|bo phan|chi cuc|co quan|cong ty|cuc|doan|doi|hoi|hoi dong|phong|quy|tieu ban|to|to cong tac|trung tam
van phong|vu
""")
#: Heads whose names hold commas: "Công ty Đầu tư, Xây dựng và Kinh doanh dịch vụ …".
COMPANY_HEADS: Final = _phrases(
    "cong ty|tong cong ty|ban quan ly|trung tam|chi nhanh|bao|truong|vien|ban|tap doan"
)
#: Beginnings that look like the head of a unit and are none.
NOT_NAMES: Final = _phrases("""
ban bo|ban dau|ban giao|ban hanh|bao cao|bao dam|bao gom|bao hiem|bao quan|bao ve|bo may|bo nhiem|bo sung
bo thu|bo tri|cang nhanh|cum tu|dai bieu|dai hoi|doan ket|doan tu|doi chieu|doi moi|doi ngu|doi voi
hat nhan|he thong|hoi nghi|hoi nhap|hoi thao|hoi thi|hoi vien|khoi luong|nganh nghe|ong ba|phong chay
phong chong|phong hop|phong ngua|phong trao|quy che|quy dat|quy dinh|quy hoach|quy i|quy ii|quy iii|quy iv
quy trinh|so hoa|so huu|so ket|so lieu|so luong|so sanh|thanh vien|thue dien|thue suat|to chuc|to dan
to khai|to trinh|trai cay|trai phep|trai quy|truc tiep|truong hop|truong thanh|vien chuc|vien dan|vu an
vu viec
""")
#: Single words that fold like others: only with these accents do they begin a name ("Sở", not "số").
ACCENTS: Final = MappingProxyType(
    {
        word: frozenset(written.split("/"))
        for word, _, written in (
            pair.partition("=")
            for pair in _words("""
ba=bà ban=ban bao=báo bcd=bcđ bch=bch bo=bộ bql=bql cang=cảng cuc=cục cum=cụm dai=đài doan=đoàn doi=đội
hat=hạt hoi=hội huyen=huyện khoi=khối nganh=ngành ong=ông phong=phòng phuong=phường quan=quận quy=quĩ/quỹ
so=sở thon=thôn thue=thuế tinh=tỉnh to=tổ trai=trại truong=trường/trưởng vien=viện vu=vụ xa=xã
""")
        )
    }
)
#: Titles of persons: the unit behind them follows.
TITLES: Final = _phrases("""
ba|bi thu|bo truong|cac dong chi|cac thanh vien|can bo|chanh an|chanh thanh tra|chanh van phong
chi cuc truong|chi huy truong|chu tich|cong chuc|ct|cuc truong|dai dien|doi truong|dong chi|gd|giam doc
hieu truong|lanh dao|nguoi dung dau|ong|pct|pho bi thu|pho chu tich|pho giam doc|pho truong ban|tap the
thanh vien|thu truong|to truong|tong giam doc|truong|truong ban|truong cong an|truong doan|truong phong
tu lenh|uy vien|vien truong|vu truong
""")
PLURALS: Final = _words("""
cac moi nhung tung
""")
#: Kinds of bodies that stand in open groups: "các sở, ban, ngành", "UBND các huyện, thị xã".
LEVELS: Final = _phrases("""
ban|ban nganh|ban quan ly|bao|benh vien|bo|ca nhan|can bo|cap uy|chi bo|chi cuc|chi cuc thue|chi nhanh
chu dau tu|co quan|co so|co so y te|cong ty|dac khu|dai|dang bo|dang uy|dia phuong|doan the|doanh nghiep
don vi|dong chi|hiep hoi|hoi|hoi doan the|hoi vien|hop tac xa|huyen|khoi|linh vuc|ngan hang|nganh|nha thau
huyen uy|thanh uy|thi uy|tinh uy
phong|phong ban|phuong|quan|so|so nganh|tap the|thanh pho|thanh vien|thi tran|thi xa|thon|tiep doan|tinh
to|to chuc|to dan pho|trung tam|truong|truong hoc|truong hop tac|uy ban|van phong|vien|xa
""")
#: Kinds whose group is closed: a word that is none of these after them is the action already.
CLOSED_LEVELS: Final = _words("""
ban huyen khu nganh pho phuong so tinh tran xa
""")
#: What follows the kinds of an open group and still belongs to it.
TAILS: Final = _phrases("""
bi anh huong|bien gioi
cap|chuc nang|chuyen mon|co du an|co lien quan|co rung|cua|dia ban|dia phuong|dong chan|dong tren|hanh chinh|khac
khac co lien quan|lien quan|mien nui|neu tren|ngoai|nha nuoc|nhu tren|su nghiep|thanh vien|thuoc|tren|tren dia ban
trong|trong tinh|truc thuoc|trung uong|tuong ung|ven bien|ven song|vung cao|vung sau
""")
#: Fields of ministries and departments, as written after "Sở", "Phòng", "Bộ", "Vụ", "ngành"; the longest first.
_FIELDS: Final = """
an toan thuc pham|cntt|cong an|cong nghe thong tin|cong thuong|ct|dan toc|dan toc - ton giao
dan toc va ton giao|dau tu|du lich|gd&dt|gddt|giao duc - dao tao|giao duc va dao tao|giao thong cong chanh
giao thong van tai|gtvt|ha tang|hanh chinh - quan tri|ke hoach - dau tu|ke hoach dau tu|ke hoach va dau tu
ke toan|kh&cn|kh&dt|khcn|khdt|khoa hoc - cong nghe|khoa hoc va cong nghe|khoa hoc, cong nghe va moi truong
kinh te|kinh te - ha tang|kinh te va ha tang|kinh te, ha tang va do thi|lao dong - tb&xh|lao dong - tbxh
lao dong - thuong binh va xa hoi|lao dong tb&xh|lao dong thuong binh va xa hoi
lao dong, thuong binh va xa hoi|ld-tbxh|ldtb&xh|ldtbxh|ngoai giao|ngoai vu|nn&mt|nn&ptnt|nnmt|nnptnt
noi vu|nong nghiep|nong nghiep va moi truong|nong nghiep va phat trien nong thon|nong nghiep va ptnt|nv
quan ly do thi|quoc phong|quy hoach - kien truc|quy hoach va kien truc|tai chinh|tai chinh - ke hoach
tai nguyen|tai nguyen - moi truong|tai nguyen va moi truong|tc|tc - kh|tc-kh|tckh|thong tin
thong tin - truyen thong|thong tin va truyen thong|tn&mt|tnmt|to chuc - hanh chinh|tp|tt&tt|tttt|tu phap
van hoa - khoa hoc va thong tin|van hoa - the thao|van hoa - thong tin|van hoa - xa hoi
van hoa the thao va du lich|van hoa va the thao|van hoa va thong tin|van hoa, the thao va du lich|vh&tt
vh-tt&dl|vhtt|vhtt&dl|vhttdl|xay dung|xd|y te|yt
"""
FIELDS: Final = tuple(
    sorted(_FIELDS.strip().replace("\n", "|").split("|"), key=lambda words: (-len(words.split()), words))
)
#: Only after these may a field stand alone in a list: "các Sở: Tài chính, Nội vụ".
FIELD_HEADS: Final = _phrases("""
bo|nganh|phong|so|thanh tra|vu
""")
#: How the paragraphs open that close a directive.
CLOSERS: Final = re.compile(
    r"thua lenh|tren day la|nay,? thong bao|noi nhan ?:|yeu cau cac|trong qua trinh (?:thuc hien|trien khai)"
)
#: How a paragraph opens whose line the author ended before: used where lines were wrapped.
OPENERS: Final = re.compile(
    r"(?:giao|yeu cau|de nghi|chu tri|phoi hop|tham muu|chi dao|xay dung|huong dan|ra soat"
    r"|khan truong|tang cuong|can cu"
    r"|trong qua trinh|nay,? thong bao|tren day|noi nhan|doi voi|kinh gui|thuc hien|ubnd"
    r"|uy ban nhan dan|chu tich"
    r"|so [A-Z]?|cac co quan|cac don vi|tap trung|to chuc|ban hanh|dinh ky)\b"
)
