"""Names of departments and ministries that every province knows, held together where the directory lacks them.

"Sở Kế hoạch và Đầu tư" is one name also in a directory that has no such department
(any more): cut at "và" it would look like two unknown units. The names here never
become a unit; they only tell where an unknown name ends.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Final

from mappings.unit_index import UnitIndex

_FIELDS: Final = (
    "Tài chính|Kế hoạch và Đầu tư|Nội vụ|Tư pháp|Y tế|Xây dựng|Giao thông vận tải|Công Thương|Ngoại vụ|Ngoại giao"
    "|Quốc phòng|Công an|Khoa học và Công nghệ|Khoa học, Công nghệ và Môi trường|Thông tin và Truyền thông"
    "|Giáo dục và Đào tạo|Văn hóa, Thể thao và Du lịch|Văn hóa và Thể thao|Văn hóa - Thông tin|Du lịch"
    "|Văn hóa, Khoa học và Thông tin|Văn hóa - Xã hội|Kinh tế, Hạ tầng và Đô thị|Kinh tế và Hạ tầng"
    "|Tài nguyên và Môi trường|Nông nghiệp và Phát triển nông thôn|Nông nghiệp và Môi trường"
    "|Lao động - Thương binh và Xã hội|Dân tộc và Tôn giáo|Dân tộc|Quy hoạch - Kiến trúc|Tài chính - Kế hoạch"
)
_HEADS: Final = ("Sở", "Bộ", "Phòng")


@lru_cache(maxsize=1)
def national() -> UnitIndex:
    """All heads with all fields, ready to be looked up."""
    return UnitIndex([f"{head} {field}" for head, field in product(_HEADS, _FIELDS.split("|"))])
