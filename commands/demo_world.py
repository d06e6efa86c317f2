"""The demo's surroundings: a folder of its own, a sandbox as a process, and a configuration for the way in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from commands.demo_told import BEGIN, Clock
from config.template import TEMPLATE
from connector.port import Connector
from errors import ConfigInvalid, StopService

MARK: Final = ".tdcd-demo"
ISSUERS: Final = '["UBND tỉnh", "Văn phòng UBND tỉnh", "Chủ tịch UBND tỉnh"]'
DATASETS: Final = ("province", "small")
#: Whose box is read over the axis: a department that leads much of the large province, one of the small one.
AGENCIES: Final = {"province": "H99.06", "small": "H99.03"}
#: Where each kind of connector finds the sandbox.
PLACES: Final = {"ioffice": "/qlvb", "soap": "/Services/VanBan.asmx", "axis": "/truc/vxp"}
_AXIS_ACTIONS: Final = """received = ["03"]
progress = ["05"]
returned = ["02"]
submitted = ["06", "report"]
displayed = ["01", "04", "13", "15", "16"]
"""


class InDemoTime:
    """See `Connector`: it is the demo's clock, not this machine's, that the sandbox's may differ from."""

    def __init__(self, inner: Connector, clock: Clock) -> None:
        self._inner, self._clock = inner, clock

    @property
    def skew_seconds(self) -> float | None:
        """The sandbox's clock minus the demo's at its last answer."""
        skew = self._inner.skew_seconds
        return None if skew is None else skew - self._clock.ahead()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def clear(folder: Path) -> None:
    """Only a folder that an earlier demo made is cleared. Raises ConfigInvalid for any other that is not empty."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise ConfigInvalid([f"{folder} is not empty and not of an earlier demo"], where="--dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def configure(folder: Path, url: str, *, connector: str, dataset: str, ledger: str, profile: str) -> Path:
    """Write the `tdcd.toml` with which every other command can look at what the demo left behind."""
    # The made-up province is a province: under a city's regulation its issuers keep their names.
    changes = {
        "http://127.0.0.1:8765/qlvb": f"{url}{PLACES[connector]}",
        "tdcd-data": f"{folder}/data",
        'profile = "laocai" ': f'profile = "{profile}" ',
        "rate_per_second = 200 ": "rate_per_second = 2000 ",
        '# issuers = ["UBND tỉnh"]': f"issuers = {ISSUERS}",
        'connector = "ioffice" ': f'connector = "{connector}" ',
    }
    if ledger:
        changes[f"sqlite:///{folder}/data/ledger.db"] = ledger
    text = TEMPLATE
    if connector == "axis":
        text = _over_the_axis(text, AGENCIES[dataset])
    for before, after in changes.items():
        text = text.replace(before, after, 1 if before.startswith("connector") else -1)
    config = folder / "tdcd.toml"
    config.write_text(text, encoding="utf-8")
    return config


def _over_the_axis(text: str, code: str) -> str:
    """One agency with a box of its own; what a blank mark and each code mean has to be said there."""
    start, end = text.index('received = ["34"]'), text.index("[site.limits]")
    text = f"{text[:start]}{_AXIS_ACTIONS}\n{text[end:]}"
    text = text.replace('username = "tdcd"', f'username = "{code}"')
    text = text.replace('password = "tdcd-sandbox"', f'password = "khoa-truc-{code}"')
    return text.replace('blank = "secret" ', 'blank = "open" ', 1)


@contextmanager
def sandbox(folder: Path, dataset: str) -> Iterator[str]:
    """A sandbox in a process of its own; gives its address. Raises StopService when it does not start."""
    data = folder / "sandbox"
    log = (folder / "sandbox.log").open("wb")
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
        [*command, "--dataset", dataset, "--fresh", "--now", BEGIN.isoformat()], stdout=log, stderr=log
    )
    try:
        yield _wait(process, data / "port")
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait(process: subprocess.Popen[bytes], port: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if port.exists() and port.read_text().strip():
            return f"http://127.0.0.1:{port.read_text().strip()}"
        time.sleep(0.05)
    raise StopService("The sandbox did not start.", remedy="See sandbox.log in the demo's folder.")


def robots(url: str, scenario: str) -> dict[str, int]:
    """Let the people of the sandbox act; how often each thing was done."""
    command = [sys.executable, "-m", "sandbox", "play", "--url", url, "--scenario", scenario, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - this interpreter, fixed arguments
    if done.returncode:
        raise StopService(f"The people of the sandbox could not act: {done.stderr.decode()[-400:]}")
    answer = json.loads(done.stdout)
    return {name: value for name, value in answer["counts"].items() if value}


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The sandbox's control plane: not part of any document system."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the loopback address of the sandbox just started
        f"{url}/__sandbox__/{path}", data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        loaded = json.load(answer)
    return loaded if isinstance(loaded, dict) else {path: loaded}
