"""What each capability means, and what is done without it, for people: docs/connectors.md and `tdcd doctor`."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from connector.port import Capability

Lang = Literal["vi", "en"]


class Words(NamedTuple):
    """Short name, what an installation with it can do, and what happens without it."""

    name: str
    can: str
    without: str


EN: Final[dict[Capability, Words]] = {
    Capability.LISTS_UNITS: Words(
        "lists units",
        "Units are listed, all of them each time; one that is gone is retired.",
        "Rows are mapped without waiting for units: a unit is the code that a record names.",
    ),
    Capability.LISTS_ACCOUNTS: Words(
        "lists accounts",
        "Postings are listed, all of them each time; a leaver is disabled by the sync that sees it.",
        "Nobody's post is known: whose action it was is told by the ids in the record alone.",
    ),
    Capability.LISTS_BY_DATE: Words(
        "lists by date",
        "A poll of documents takes up where the last one stood, at a day.",
        "Each poll lists everything there is; what is known by its row is not read again.",
    ),
    Capability.CHANGE_FEED: Words(
        "tells of changes",
        "What people did is told by notices: an idle poll costs one request, however much work there is.",
        "Each poll lists every work item and reads those whose row changed.",
    ),
    Capability.SHOWS_WORK: Words(
        "shows work",
        "Work items and what people do with them are read, to a moment that is known; states count by it.",
        "Tasks stand as they were given: nobody is called late, and `[site.work]` may name where their work is.",
    ),
    Capability.WEBHOOKS: Words(
        "sends webhooks",
        "The system itself says that something changed, and the record is read at once.",
        "A change is seen by the next poll.",
    ),
    Capability.CREATES_TASKS: Words(
        "creates work items",
        "A tracked row becomes a work item of its lead unit, whose name, text and due date are kept right.",
        "Rows are tracked, and no work item is made: people act on what is there.",
    ),
    Capability.WRITES_STATUS: Words(
        "shows states",
        "The regulation's state is written to the work item, or sent to the issuer.",
        "States stand in this program's ledger and reports only; an issuer's request is answered by people.",
    ),
    Capability.WRITES_COMMENTS: Words(
        "writes comments",
        "Receipts, findings about tables and proposals are written into the record.",
        "No receipts, no findings and no proposals are told there; they stand in the ledger.",
    ),
    Capability.UPLOADS_EVIDENCE: Words(
        "takes evidence",
        "Evidence files are attached to the directive's record.",
        "Evidence stays in this program's own folder.",
    ),
    Capability.IDEMPOTENT_WRITES: Words(
        "knows a repeated write",
        "A write that comes twice under one key is carried out once.",
        "A write is looked for before it is sent again.",
    ),
    Capability.INLINE_ROWS: Words(
        "gives rows as data",
        "The rows of an assignment table come with the record.",
        "Rows are read from the files, or from the sentences, of the directive.",
    ),
    Capability.ACKNOWLEDGES: Words(
        "acknowledges",
        "What was stored is taken out of the box, and each action is handed out once.",
        "Nothing is taken away: the same is listed again and known by its row.",
    ),
    Capability.LISTS_COMPLETELY: Words(
        "lists completely",
        "The nightly comparison sees what is not there any more.",
        "Absence means nothing: the nightly comparison reads what is there and closes nothing.",
    ),
    Capability.SHOWS_SECRECY: Words(
        "shows the mark",
        "A record says whether it is classified.",
        "Every mark is blank: `secrecy.blank` of the site decides, and it says classified unless changed.",
    ),
    Capability.FREE_STATUS: Words(
        "shows any text",
        "A state goes out in the regulation's words as they are.",
        "The site's list of states must have each text; one that is missing is refused with the remedy.",
    ),
    Capability.READS_BACK: Words(
        "can be looked up",
        "After a lost answer the effect is looked for before anything is sent again.",
        "After a lost answer that write is held until a person has looked.",
    ),
}

VI: Final[dict[Capability, Words]] = {
    Capability.LISTS_UNITS: Words(
        "liệt kê đơn vị",
        "Mỗi lần đọc có đủ danh sách đơn vị; đơn vị không còn thì được đóng lại.",
        "Không chờ danh mục đơn vị: đơn vị là mã ghi trong bản ghi.",
    ),
    Capability.LISTS_ACCOUNTS: Words(
        "liệt kê tài khoản",
        "Mỗi lần đọc có đủ danh sách chức danh; người thôi việc bị ngừng ngay ở lần đọc đó.",
        "Không biết chức danh của ai: chỉ dựa vào mã người dùng ghi trong bản ghi.",
    ),
    Capability.LISTS_BY_DATE: Words(
        "liệt kê theo ngày",
        "Lần đọc văn bản sau tiếp từ ngày của lần trước.",
        "Mỗi lần đọc liệt kê toàn bộ; dòng đã biết thì không đọc lại.",
    ),
    Capability.CHANGE_FEED: Words(
        "báo thay đổi",
        "Việc người dùng làm được báo bằng thông báo: khi không có gì mới, mỗi lần đọc chỉ tốn một yêu cầu.",
        "Mỗi lần đọc liệt kê mọi công việc và đọc lại công việc có dòng thay đổi.",
    ),
    Capability.SHOWS_WORK: Words(
        "cho đọc việc xử lý",
        "Đọc được công việc và việc xử lý đến một thời điểm xác định; trạng thái tính theo thời điểm đó.",
        "Nhiệm vụ đứng yên như khi giao: không ai bị tính quá hạn; `[site.work]` có thể chỉ nơi có công việc.",
    ),
    Capability.WEBHOOKS: Words(
        "gửi webhook",
        "Hệ thống tự báo có thay đổi và bản ghi được đọc ngay.",
        "Thay đổi được thấy ở lần đọc kế tiếp.",
    ),
    Capability.CREATES_TASKS: Words(
        "tạo công việc",
        "Mỗi dòng được theo dõi thành một công việc của cơ quan chủ trì; tên, nội dung, hạn luôn được giữ đúng.",
        "Dòng vẫn được theo dõi nhưng không tạo công việc: mọi người xử lý trên những gì đang có.",
    ),
    Capability.WRITES_STATUS: Words(
        "ghi trạng thái",
        "Trạng thái theo quy chế được ghi vào công việc hoặc gửi cho nơi ban hành.",
        "Trạng thái chỉ có trong sổ cái và báo cáo; yêu cầu của nơi ban hành do người trả lời.",
    ),
    Capability.WRITES_COMMENTS: Words(
        "ghi ý kiến",
        "Biên nhận, góp ý về bảng phân công và đề xuất được ghi vào hồ sơ.",
        "Không ghi biên nhận, góp ý, đề xuất ở đó; tất cả có trong sổ cái.",
    ),
    Capability.UPLOADS_EVIDENCE: Words(
        "nhận minh chứng",
        "Tệp minh chứng được đính vào hồ sơ văn bản chỉ đạo.",
        "Minh chứng chỉ lưu trong thư mục của chương trình.",
    ),
    Capability.IDEMPOTENT_WRITES: Words(
        "nhận ra lệnh ghi lặp",
        "Lệnh ghi đến hai lần với cùng một khóa chỉ được thực hiện một lần.",
        "Trước khi gửi lại, lệnh ghi được tìm xem đã có chưa.",
    ),
    Capability.INLINE_ROWS: Words(
        "có sẵn dòng phân công",
        "Các dòng của bảng phân công đi cùng bản ghi.",
        "Các dòng được đọc từ tệp hoặc từ câu chữ của văn bản.",
    ),
    Capability.ACKNOWLEDGES: Words(
        "xác nhận đã nhận",
        "Gói đã lưu được lấy ra khỏi hộp; mỗi hành động chỉ được trao một lần.",
        "Không lấy gì đi: lần sau vẫn liệt kê và nhận ra theo dòng.",
    ),
    Capability.LISTS_COMPLETELY: Words(
        "liệt kê đầy đủ",
        "Lần đối chiếu hằng đêm thấy được cái gì không còn.",
        "Vắng mặt không có nghĩa gì: đối chiếu hằng đêm chỉ đọc cái đang có và không đóng gì.",
    ),
    Capability.SHOWS_SECRECY: Words(
        "ghi độ mật",
        "Bản ghi cho biết có phải văn bản mật không.",
        "Độ mật luôn trống: `secrecy.blank` của điểm kết nối quyết định, mặc định coi là mật.",
    ),
    Capability.FREE_STATUS: Words(
        "nhận mọi câu chữ",
        "Trạng thái được gửi nguyên văn theo quy chế.",
        "Danh mục trạng thái của hệ thống phải có đúng câu chữ; thiếu thì bị từ chối kèm cách khắc phục.",
    ),
    Capability.READS_BACK: Words(
        "tra lại được",
        "Mất câu trả lời thì tìm xem đã ghi chưa rồi mới gửi lại.",
        "Mất câu trả lời thì lệnh ghi đó được giữ lại chờ người kiểm tra.",
    ),
}


def words(capability: Capability, lang: Lang) -> Words:
    """The words for one capability."""
    return (VI if lang == "vi" else EN)[capability]
