"""The commented `tdcd.toml` that `tdcd init` writes: true as it stands, for the sandbox beside it."""

TEMPLATE = """\
# Cấu hình tdcd. Mọi khóa đều có giá trị mặc định; dòng bắt đầu bằng "#" là ghi chú.
# Configuration of tdcd. Environment variables overrule it, for example TDCD_LEDGER__URL.

[ledger]
# SQLite file, or PostgreSQL: "postgresql://user:password@host/database"
url = "sqlite:///tdcd-data/ledger.db"
evidence = "tdcd-data/evidence"
# signing_key = "tdcd-data/checkpoint.key"  # signs the daily checkpoint; made on first use; back it up
# witness_dir = "/mnt/van-thu/tdcd"  # someone else's folder: gets every checkpoint, shows up restored copies

[daemon]
poll_seconds = 20          # documents and activity
accounts_seconds = 300     # units and accounts
tick_seconds = 30          # states that change by time alone
reconcile_at = "02:30:00"  # nightly complete comparison, local time
webhook_port = 0           # 0: no webhook receiver
webhook_host = "127.0.0.1"
# webhook_certificate = "tdcd.crt"  # PEM, with webhook_key; or leave TLS to a proxy in front
# heartbeat_url = "https://..."  # asked for after every successful cycle: silence is noticed elsewhere
# canary_at = "07:00:00"   # daily measurement of the loop, for sites with a canary

[backup]
dir = "tdcd-data/backups"  # better on another disk or machine
every_days = 7             # 0: copies are made by somebody else
at = "01:30:00"            # local time; every night the newest copy is restored for trial
keep = 5                   # older copies are removed

[log]
level = "info"
json_lines = false

# One [[site]] for each document system. The keys below it belong to it.
[[site]]
name = "songlam"
connector = "ioffice"      # or "soap" (the address ends in .asmx), "soap12"; with a plain password "soap-plain"
url = "http://127.0.0.1:8765/qlvb"
username = "tdcd"
# For a real system leave the password out here and set TDCD_PASSWORD_SONGLAM,
# or put it in a file songlam.password in the folder named by `secrets_dir`.
password = "tdcd-sandbox"
profile = "laocai"         # the regulation in force: laocai, tphcm, binhthuan, dongthap, dongnai
office = "Văn phòng UBND tỉnh"
# owns = ["H99", "UBND tỉnh"]  # with several systems: whose directives are issued, and so tracked, in this one

[site.scope]
# since = 2026-01-01       # first issue day to read
# issuers = ["UBND tỉnh"]  # how issuers are named here, in place of the profile's names

[site.secrecy]
blank = "secret"           # what a blank mark means here: "secret" or "open"

[site.actions]
# The site's own codes. `tdcd doctor` prints its lists.
received = ["34"]
progress = ["2"]
submitted = ["31"]
extension_asked = ["32"]
returned = ["33"]
difficulty = ["35"]
explanation = ["36"]
approved = ["1"]
rejected = ["2"]
extension_refused = ["3"]
ended = ["4"]
reopened = ["5"]

[site.limits]
rate_per_second = 200      # a real installation bears about 8

[site.evidence]
# scanner = ["clamdscan", "--no-summary", "--fdpass"]  # gets each new file's path: exit code 0 clean, 1 harmful
# scanner_seconds = 60       # what is not called clean by then is not passed on

[site.lint]
# tell = "must"            # what drafters are told about their tables: "off", "must" be mended, or "all"
# recent_days = 30         # tables of older directives are left alone
# tasks_a_day = 10         # tasks of one unit due on one day that are still no crowd

[site.narrative]
# mode = "propose"         # tasks in sentences: "off", "propose" and track once confirmed, or "track" at once
# recent_days = 30         # older directives are not asked about; at most 3650

[site.canary]
# directive = "17"         # id of a made-up directive by which the whole loop is measured daily

[site.webhook]
# secrets = ["whsec_..."]  # Standard Webhooks; several while one is being replaced. Address: /webhook/songlam
# signed = "hmac"          # another sender: an HMAC-SHA256 by secrets that are plain texts, described by what follows
# header = "X-Signature"
# prefix = "sha256="       # in front of the signature
# canonical = "{timestamp}.{body}"  # what is signed, of {body}, {timestamp}, {id}, {method}, {path}
# timestamp_header = "X-Timestamp"
# id_header = "X-Request-Id"

# A system that can only be read: a province's own API. States go where [site.work] says, or nowhere.
# [[site]]
# name = "tinh"
# connector = "province-api"  # what an office issued; "province-api-incoming": what was sent to the posting's unit
# url = "https://...-api..."  # where /api begins; files are fetched from ...-file... beside it
# username = "8000"          # the posting to act as (ma_ctcb_kc), or "posting/unit"
# # The secret is the account's refresh token: TDCD_PASSWORD_TINH, or a file tinh.password.
# [site.work]                # where the same installation has work items: units, people, states and files go there
# connector = "ioffice"
# url = "https://.../qlvb"
# username = "..."           # its password: TDCD_PASSWORD_TINH_WORK, or a file tinh.work.password

# A second system: the national document axis (QCVN 102:2016), as one agency with a box of its own.
# [[site]]
# name = "truc"
# connector = "axis"         # or "axis-lgsp": through a province's gateway, its address ends in /v1
# url = "https://..."
# username = "H99.02"        # the agency's code, or "code/system" where the system has another name
# # The secret: TDCD_PASSWORD_TRUC, or a file truc.password.
# [site.secrecy]
# blank = "open"             # packets carry no mark: say here what that means; "secret" keeps none of them
# [site.actions]
# received = ["03"]
# progress = ["05"]
# returned = ["02"]
# submitted = ["06", "report"]
# displayed = ["01", "04", "13", "15", "16"]
"""
