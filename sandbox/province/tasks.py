"""What the directives ask for: pieces of work by field and owner, and the frames they are put in.

A task is a frame ("Rà soát, tổng hợp kết quả …") around a piece of work that reads as a
verb phrase, so that a few hundred tasks stay different without being nonsense.
"""

from __future__ import annotations

from collections.abc import Mapping

# frame, product expected from it
FRAMES: tuple[tuple[str, str], ...] = (
    ("Tham mưu UBND tỉnh ban hành kế hoạch {w}", "Kế hoạch của UBND tỉnh"),
    ("Rà soát, tổng hợp kết quả {w}, báo cáo UBND tỉnh", "Báo cáo"),
    ("Kiểm tra thực tế việc {w}; kiến nghị xử lý dứt điểm các tồn tại", "Báo cáo kết quả kiểm tra"),
    ("Hướng dẫn các đơn vị, địa phương {w}", "Văn bản hướng dẫn"),
    ("Đẩy nhanh tiến độ {w}, không để kéo dài sang năm sau", "Báo cáo tiến độ"),
    ("Đề xuất giải pháp tháo gỡ khó khăn, vướng mắc khi {w}", "Tờ trình"),
    ("Xây dựng phương án {w}, trình Chủ tịch UBND tỉnh xem xét", "Phương án"),
    ("Phân công rõ người, rõ việc để {w}", "Văn bản phân công"),
    ("Hoàn thiện hồ sơ, thủ tục để {w} theo đúng quy định", "Hồ sơ trình"),
    ("Lập danh mục và lộ trình {w}", "Danh mục kèm lộ trình"),
    ("Đánh giá một năm {w}; làm rõ nguyên nhân những việc chưa làm được", "Báo cáo đánh giá"),
    ("Chịu trách nhiệm toàn diện trước UBND tỉnh về việc {w}", ""),
    ("Chuẩn bị nội dung họp giao ban chuyên đề về việc {w}", "Tài liệu họp"),
    ("Bố trí đủ kinh phí và nhân lực để {w}", "Dự toán"),
    ("Xử lý dứt điểm các hồ sơ còn tồn đọng liên quan đến việc {w}", "Biên bản, hồ sơ"),
)

# the same for work that a district or commune does at home
LOCAL_FRAMES: tuple[tuple[str, str], ...] = (
    ("Chịu trách nhiệm trước Chủ tịch UBND tỉnh về việc {w} trên địa bàn", ""),
    ("Tổ chức việc {w} trên địa bàn; báo cáo kết quả về Văn phòng UBND tỉnh", "Báo cáo"),
    ("Hoàn thành dứt điểm việc {w} trên địa bàn", "Báo cáo kết quả"),
    ("Lập danh sách và lộ trình {w} trên địa bàn", "Danh sách"),
    ("Phân công lãnh đạo trực tiếp phụ trách việc {w} trên địa bàn", "Văn bản phân công"),
    ("Khắc phục tồn tại, hạn chế trong việc {w} trên địa bàn", "Báo cáo"),
)

# field → title of the section that carries its tasks
SECTIONS: Mapping[str, str] = {
    "KT": "Lĩnh vực kinh tế, đầu tư",
    "NN": "Lĩnh vực nông nghiệp, môi trường",
    "XD": "Lĩnh vực xây dựng, giao thông",
    "CN": "Khoa học, công nghệ và chuyển đổi số",
    "VX": "Lĩnh vực văn hóa - xã hội",
    "NC": "Nội chính, cải cách hành chính",
    "DP": "Nhiệm vụ của các địa phương",
}

# field → owners ("new" or "new/old" slugs, or "*" for any locality) → pieces of work
WORKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "KT": {
        "TC/KHDT": (
            "giải ngân vốn đầu tư công năm {y}",
            "phân bổ chi tiết kế hoạch vốn trung hạn đợt {n}",
            "thu hút dự án đầu tư vào địa bàn {p}",
            "tháo gỡ khó khăn cho doanh nghiệp nhỏ và vừa quý {q}",
        ),
        "TC": (
            "thu ngân sách nhà nước năm {y}",
            "sắp xếp, xử lý trụ sở dôi dư tại {p}",
            "tiết kiệm chi thường xuyên năm {y}",
            "quyết toán dự án hoàn thành nhóm C đợt {n}",
        ),
        "CT": (
            "phát triển cụm công nghiệp {p}",
            "bình ổn thị trường hàng hóa dịp Tết",
            "phát triển lưới điện trung áp khu vực {p}",
            "kết nối tiêu thụ đặc sản qua sàn thương mại điện tử",
            "đầu tư chợ dân sinh tại {p}",
        ),
        "BQLKKT/BQLKCN": (
            "bồi thường, giải phóng mặt bằng khu công nghiệp {p}",
            "vận hành trạm xử lý nước thải tập trung khu công nghiệp {p}",
            "thu hồi dự án chậm triển khai trong khu kinh tế đợt {n}",
        ),
        "THUE": (
            "thu hồi nợ đọng thuế quý {q}",
            "chống thất thu thuế trong chuyển nhượng bất động sản",
            "áp dụng hóa đơn điện tử với hộ kinh doanh tại {p}",
        ),
        "XTDT": ("xúc tiến đầu tư vào ngành chế biến gỗ", "tổ chức hội nghị gặp gỡ doanh nghiệp quý {q}"),
        "QLDA": (
            "thi công gói thầu số {n} dự án đường ven sông Lam",
            "quyết toán dự án cầu {p}",
            "bàn giao mặt bằng sạch đoạn qua {p}",
        ),
    },
    "NN": {
        "NNMT/NNPTNT": (
            "phòng, chống hạn và xâm nhập mặn vụ hè thu",
            "tiêm phòng cho đàn vật nuôi đợt {n}",
            "xây dựng nông thôn mới tại {p}",
            "chống khai thác thủy sản trái phép",
            "trồng rừng thay thế tại {p}",
            "phòng cháy, chữa cháy rừng mùa khô",
            "sửa chữa hồ chứa nước {p} trước mùa mưa lũ",
            "cấp mã số vùng trồng cho cây ăn quả",
        ),
        "NNMT/TNMT": (
            "cấp giấy chứng nhận quyền sử dụng đất lần đầu tại {p}",
            "số hóa hồ sơ địa chính các xã đợt {n}",
            "đóng cửa bãi chôn lấp rác {p}",
            "xử lý vi phạm khai thác cát, sỏi trên sông Lam",
            "quan trắc chất lượng nước sông Lam quý {q}",
            "xác định giá đất cụ thể cho dự án tại {p}",
            "phân loại chất thải rắn sinh hoạt tại nguồn",
        ),
    },
    "XD": {
        "XD": (
            "lập quy hoạch chung đô thị {p}",
            "phát triển nhà ở xã hội năm {y}",
            "kiểm soát giá vật liệu xây dựng quý {q}",
            "quản lý trật tự xây dựng hai bên tuyến tránh {p}",
            "chỉnh trang vỉa hè, cây xanh khu vực {p}",
        ),
        "XD/GTVT": (
            "sửa chữa tỉnh lộ 5{n} đoạn qua {p}",
            "xóa điểm đen tai nạn giao thông tại {p}",
            "kiểm soát tải trọng phương tiện trên các tuyến tỉnh lộ",
            "duy tu cầu dân sinh trước mùa mưa lũ",
            "mở mới tuyến xe buýt {p} - trung tâm tỉnh",
        ),
        "QLDA": (
            "hoàn trả mặt đường sau thi công tại {p}",
            "xây dựng trụ sở làm việc liên cơ quan giai đoạn {n}",
        ),
    },
    "CN": {
        "KHCN/TTTT": (
            "xóa vùng lõm sóng di động tại {p}",
            "bảo đảm an toàn, bảo mật thông tin theo cấp độ đợt {n}",
            "kết nối kho dữ liệu dùng chung của tỉnh",
            "vận hành nền tảng họp trực tuyến đến cấp xã",
            "phổ cập kỹ năng số cho người dân tại {p}",
        ),
        "KHCN": (
            "nghiệm thu đề tài khoa học cấp tỉnh đợt {n}",
            "hỗ trợ doanh nghiệp đổi mới công nghệ năm {y}",
            "đăng ký chỉ dẫn địa lý cho cam {p}",
        ),
        "VP": (
            "ký số văn bản và hồ sơ công việc trên hệ thống",
            "tái cấu trúc quy trình giải quyết thủ tục hành chính nhóm {n}",
            "cập nhật chỉ số điều hành của tỉnh quý {q}",
        ),
        "CA": (
            "làm sạch dữ liệu dân cư phục vụ Đề án 06 tại {p}",
            "cấp tài khoản định danh điện tử cho tổ chức",
        ),
    },
    "VX": {
        "VHTTDL": (
            "tổ chức Lễ hội đền {p}",
            "tu bổ di tích đình {p}",
            "phát triển du lịch cộng đồng tại {p}",
            "kiểm tra hoạt động quảng cáo ngoài trời quý {q}",
        ),
        "GDDT": (
            "tuyển sinh vào lớp 10 năm học {y}",
            "xây dựng trường học bán trú tại {p}",
            "bồi dưỡng giáo viên đợt {n}",
            "phòng, chống đuối nước cho học sinh",
            "rà soát mạng lưới trường lớp tại {p}",
        ),
        "YT": (
            "phòng, chống dịch sốt xuất huyết tại {p}",
            "đấu thầu thuốc tập trung đợt {n}",
            "lập hồ sơ sức khỏe điện tử cho người dân",
            "kiểm tra an toàn thực phẩm bếp ăn tập thể quý {q}",
            "sắp xếp trạm y tế sau khi lập {p}",
        ),
        "NV/LDTBXH": (
            "chi trả trợ cấp cho người có công đợt {n}",
            "giảm nghèo bền vững tại {p}",
            "đưa lao động đi làm việc theo hợp đồng năm {y}",
            "chăm sóc trẻ em có hoàn cảnh đặc biệt",
        ),
        "BHXH": ("phát triển người tham gia bảo hiểm xã hội tự nguyện", "thu nợ bảo hiểm xã hội quý {q}"),
        "BPTTH": ("tuyên truyền kỷ niệm ngày thành lập tỉnh", "mở chuyên mục giám sát lời hứa quý {q}"),
    },
    "NC": {
        "NV": (
            "sắp xếp, tinh gọn tổ chức bộ máy đợt {n}",
            "bố trí cán bộ, công chức cho {p}",
            "đánh giá, xếp loại công chức năm {y}",
            "nâng chỉ số cải cách hành chính năm {y}",
            "kiểm tra công vụ đột xuất quý {q}",
        ),
        "TP": (
            "rà soát văn bản quy phạm pháp luật hết hiệu lực đợt {n}",
            "phổ biến, giáo dục pháp luật tại {p}",
            "theo dõi thi hành án hành chính",
        ),
        "TTT": (
            "giải quyết vụ khiếu nại đông người tại {p}",
            "thực hiện kết luận thanh tra số {n}",
            "kê khai tài sản, thu nhập năm {y}",
        ),
        "CA": (
            "trấn áp tội phạm dịp cuối năm",
            "bảo đảm trật tự, an toàn giao thông quý {q}",
            "phòng cháy, chữa cháy tại chợ {p}",
        ),
        "BCHQS": ("tuyển quân năm {y}", "diễn tập ứng phó bão, lũ tại {p}"),
        "DTTG/BDT": (
            "hỗ trợ đất ở cho đồng bào dân tộc thiểu số tại {p}",
            "cấp nước sinh hoạt phân tán đợt {n}",
        ),
        "VP": ("trả lời kiến nghị cử tri trước kỳ họp", "chuẩn bị phiên họp UBND tỉnh thường kỳ quý {q}"),
    },
    "DP": {
        "*": (
            "giải phóng mặt bằng các công trình trọng điểm",
            "giải quyết hồ sơ thủ tục hành chính quá hạn",
            "di dời các hộ dân ra khỏi vùng sạt lở",
            "thu gom rác thải sinh hoạt",
            "xây dựng nhà ở cho hộ nghèo",
            "tiếp công dân và giải quyết đơn thư",
            "phòng, chống thiên tai theo phương châm bốn tại chỗ",
            "sắp xếp lại các điểm trường lẻ",
            "bàn giao hồ sơ, tài sản khi tổ chức lại đơn vị hành chính",
            "chỉnh lý biến động đất đai",
            "chi trả chế độ cho người hoạt động không chuyên trách",
            "duy trì đội ngũ y tế thôn, bản",
            "quản lý, khai thác nhà văn hóa thôn",
            "khắc phục hậu quả mưa lũ",
            "cắm mốc hành lang thoát lũ",
            "quản lý đất công ích do cấp xã giao khoán",
            "xóa nhà tạm, nhà dột nát",
            "tuyên truyền, vận động người dân hiến đất mở đường",
        ),
    },
}
