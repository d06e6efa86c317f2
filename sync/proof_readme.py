"""What a proof bundle says of itself, to a clerk and to an auditor, in both languages."""

from __future__ import annotations

README = """\
# Hồ sơ chứng minh nhiệm vụ {task}

Hồ sơ này, lập lúc {made}, cho biết hệ thống theo dõi đã ghi nhận những gì về nhiệm vụ {task}, và chứng minh
rằng các ghi nhận đó không bị sửa hay chèn thêm từ khi sổ được ký. Kiểm tra được trên mọi máy, không cần mạng, không cần
phần mềm theo dõi; chỉ cần Python 3.8 trở lên:

    python3 verify.py

Kết quả là một dòng bắt đầu bằng `ĐÚNG` hoặc `SAI`. Khóa công khai dùng để kiểm tra:

    {key}

Hãy đối chiếu khóa này với khóa mà Văn phòng đã công bố, hoặc chạy `python3 verify.py --key KHÓA`. Nếu đơn vị khác
(ví dụ Văn thư) đang giữ một tệp `.checkpoint`, chạy `python3 verify.py --checkpoint TỆP` để so với bản họ giữ.

| tệp | nội dung |
|---|---|
| `entries/` | từng mục sổ về nhiệm vụ, đúng từng byte đã được băm; dòng đầu là số mục, thời điểm, người thực hiện |
| `task.json` | văn bản, dòng phân công, trạng thái và lời giải thích tại thời điểm nêu trong đó, minh chứng |
| `checkpoint.txt` | mốc chốt sổ đã ký: tên sổ, số mục, gốc của cây băm |
| `earlier.txt` | mốc chốt trước đó (nếu có); `proof.json` chứng minh sổ chỉ được ghi thêm từ mốc ấy |
| `proof.json` | đường dẫn từ từng mục tới gốc |
| `evidence/` | tệp minh chứng, tên tệp là mã SHA-256 (chỉ có khi được yêu cầu) |
| `manifest.txt` | danh mục tệp có chữ ký |

Điều không được chứng minh: rằng ngoài các mục này không còn mục nào khác về nhiệm vụ; giờ ký (chữ ký không có giờ,
mỗi mục có giờ ghi sổ); và rằng điều người dùng khai trong hệ thống văn bản là đúng sự thật.

# Proof of task {task}

This folder, made at {made}, shows what the tracker recorded about task {task}, and proves that none of it was
changed or put in since the ledger was signed. It can be checked on any machine, without a network and
without the tracker; Python 3.8 or later is enough:

    python3 verify.py

The answer is one line that begins with `ĐÚNG` (right) or `SAI` (wrong). The public key that it is checked with:

    {key}

Compare it with the key that the Office has published, or run `python3 verify.py --key KEY`. If somebody else, such as
the registry, keeps a `.checkpoint` file, `python3 verify.py --checkpoint FILE` compares it with theirs.

| file | what it is |
|---|---|
| `entries/` | each entry about the task, byte for byte as it was hashed; its first line tells number, times and actor |
| `task.json` | the directive, the row, state and explanation at the time given there, the evidence |
| `checkpoint.txt` | the signed checkpoint: name of the ledger, number of entries, root of the hash tree |
| `earlier.txt` | the checkpoint before it, if any; `proof.json` proves that the ledger only grew since |
| `proof.json` | the path from every entry to the root |
| `evidence/` | evidence files under their SHA-256 (only when asked for) |
| `manifest.txt` | the signed list of files |

Not proven: that there is no further entry about the task; the hour of signing (a signature has none, every entry has
the hour at which it was recorded); and that what people stated in the document system is true.
"""
