"""A command as an administrator types it, carried out in this process: what it printed, and its exit code.

Starting Python anew for each of dozens of commands would cost more than the commands. That the console
command itself starts and ends is shown where README's commands and the demo are run.
"""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from unittest import mock

import cli


def tdcd(*words: str) -> CompletedProcess[str]:
    """`tdcd` with these words."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with mock.patch.object(sys, "argv", ["tdcd", *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return CompletedProcess(list(words), code, out.getvalue(), err.getvalue())
