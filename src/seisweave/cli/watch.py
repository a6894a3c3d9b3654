"""`seisweave watch`: a station that fetches, keeps, forecasts and waits, as a file says."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from seisweave.cli.flags import Jobs

NOT_DONE = 3  # exit code: another time, nothing is wrong with the input


def watch(
    file: Annotated[Path, typer.Argument(metavar="RUN.TOML", help="What the station does; see docs/watch.md.")],
    once: Annotated[bool, typer.Option("--once", help="Do one turn and end, as cron wants it.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check the file and what it names, and do nothing.")] = False,
    jobs: Jobs = None,
) -> None:
    """Run a station: fetch what is new or revised, keep it, forecast, write the page, wait; one line of log a step.

    With --once it exits with 0 where all was done, 3 where something was not that may be another time (no network, a
    full disk, another copy at work), 2 where the input is wrong.

    Example: seisweave watch run.toml --once
    """
    from seisweave.cli.watch_file import read_station
    from seisweave.locks import Held
    from seisweave.watch import Means, SystemClock, check_station
    from seisweave.watch import watch as run
    from seisweave.watch.work import told

    station = read_station(file)
    for line in list(check_station(station)):
        _log(line)
    if check:
        return
    try:
        made = run(station, Means(SystemClock(), _log, jobs), once=once)
    except (Held, OSError) as error:
        _log(f"not done: {told(error)}")
        raise typer.Exit(NOT_DONE) from None
    if made.failed:
        raise typer.Exit(NOT_DONE)


def _log(line: str) -> None:
    """One line, at once; a log that nobody takes any more ends no station."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
