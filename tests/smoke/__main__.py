"""Run every command once on a small input: `python -m tests.smoke`.

For environments in which the suite itself does not run: the lowest versions that pyproject.toml allows (`make lowest`),
another Python (`make smoke PYTHON=python3.13`). Ends with 1 where a command fails, leaves a file out, or is not tried.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
import time
import traceback
import warnings
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

from tests.smoke.commands import (
    CALLS,
    Call,
    commands_there_are,
    fit_scatter,
    make_inputs,
    scheduler,
    service,
    small_figure_5,
)
from tests.smoke.lowest import required

from seisweave.cli import main


def run(call: Call, addresses: dict[str, str]) -> str:
    """What is wrong with a command as it ran here; nothing if all is well."""
    said = io.StringIO()
    words = [*call.command.split(), *(addresses.get(word, word) for word in call.arguments)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(words)
            code: object = 0
        except SystemExit as end:
            code = end.code
        except BaseException:  # of ours, told whole: SEISWEAVE_TRACEBACK is set
            said.write(traceback.format_exc())
            code = 1
    missing = [name for name in call.leaves if not any(each.stat().st_size for each in Path().glob(name))]
    if code == 0 and not missing:
        return ""
    return f"exit {code}, missing: {missing or 'nothing'}\n{said.getvalue()}"


def run_all() -> list[str]:
    """The commands that fail; each is told as it ends."""
    failed = []
    with service() as url, scheduler() as tcp, patch("seisweave.studies.figure5.figure_5", small_figure_5):
        for call in CALLS:
            start = time.perf_counter()
            wrong = run(call, {"SERVICE": url, "SCHEDULER": tcp})
            print(f"{time.perf_counter() - start:6.1f} s  {call.command:<24} {wrong or 'well'}", flush=True)
            failed += [call.command] if wrong else []
    return failed


def smoke() -> int:
    """Exit code."""
    os.environ["SEISWEAVE_TRACEBACK"] = "1"
    warnings.simplefilter("ignore")
    print(f"Python {sys.version.split()[0]}; " + ", ".join(f"{each.name} {version(each.name)}" for each in required()))
    missed = sorted(commands_there_are() ^ {call.command for call in CALLS})
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        make_inputs(Path())
        failed = run_all()
    fit_scatter()
    print(f"{len(CALLS) - len(failed)} passed, {len(failed) + len(missed)} failed {' '.join(failed + missed)}")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(smoke())
