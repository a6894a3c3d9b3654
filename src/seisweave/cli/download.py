"""`seisweave catalog download`: a catalog from an FDSN event service, or what is new in one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.catalog.download import EventQuery
from seisweave.cli.catalog import app, rejections
from seisweave.cli.flags import Force, Quiet, Resume, with_options
from seisweave.cli.folder import take_file
from seisweave.cli.progress import live_progress
from seisweave.cli.wording import in_words
from seisweave.errors import InputError
from seisweave.interrupts import interrupts

if TYPE_CHECKING:
    from seisweave.catalog.download import Downloaded


@app.command()
@with_options(query=EventQuery)
def download(
    service: Annotated[
        str, typer.Argument(metavar="PROVIDER|URL", help="Event service: USGS, INGV, GEONET, ..., or its address.")
    ],
    out: Annotated[Path | None, typer.Option("--out", help="File to write: .csv, .parquet, .xml (QuakeML).")] = None,
    update: Annotated[
        Path | None, typer.Option("--update", help="Catalog to bring up to date; replaced where no --out is given.")
    ] = None,
    force: Force = False,
    resume: Resume = False,
    quiet: Quiet = False,
    *,
    query: EventQuery,
) -> None:
    """Download a catalog from an FDSN event service, in pieces that are kept until all have come.

    With --update only what is new or revised since is asked for; give the same limits as the first time.

    Example: seisweave catalog download GEONET --start 2016-11-01 --box 165 -175 -48 -34 --min-magnitude 4 --out nz.csv
    """
    from seisweave.catalog import download_catalog, read_catalog

    target = out or update
    if target is None:
        raise InputError("no file is named; give --out FILE, or --update FILE")
    ended = resume and target.is_file() and _folder(target).is_dir()  # killed when all was done
    _check_target(target, force=force or ended or out is None)
    old = None if update is None else read_catalog(update)
    with _kept(target, force=force, resume=resume) as keep, live_progress(quiet=quiet) as progress:
        done = download_catalog(service, query, update=old, progress=progress, keep=keep)
        if not (ended and _is_written(done, target)):
            done.catalog.write(target, force=force or out is None)
    if not quiet:
        _tell(done, target)


def _check_target(target: Path, *, force: bool) -> None:
    """Hold the file; refuse early what cannot be written, or must not be replaced."""
    from seisweave.catalog.write import WRITABLE

    known = [suffix for suffixes in WRITABLE.values() for suffix in suffixes]
    if target.suffix.lower() not in known:
        raise InputError(f"{target} has no known suffix; give one of {', '.join(known)}")
    if not target.parent.is_dir():
        raise InputError(f"{target.parent}: is no folder; make it first")
    take_file(target)
    if target.is_dir() or (target.exists() and not force):
        raise InputError(f"{target} exists; choose another name, give --force, or bring it up to date with --update")


@contextmanager
def _kept(target: Path, *, force: bool, resume: bool) -> Iterator[Path]:
    """The hidden folder beside the file in which pieces are kept; gone when the file is written."""
    folder = _folder(target)
    if folder.exists() and not resume:
        if not force:
            raise InputError(
                f"{target}: a download into it did not end; give --resume to go on, --force to start again"
            )
        shutil.rmtree(folder)
    if resume and not folder.exists():
        print(f"note: {target}: nothing is kept of an earlier download; starting from the beginning", file=sys.stderr)
    try:
        yield folder
    except BaseException:
        with interrupts:
            if list(folder.glob("piece-*")):
                print(f"note: what has come is kept in {folder}; go on with --resume", file=sys.stderr)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        raise
    with interrupts:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(target: Path) -> Path:
    return target.with_name(f".{target.name}.download")


def _is_written(done: Downloaded, target: Path) -> bool:
    """Whether a file is what would be written now."""
    with TemporaryDirectory() as folder:
        again = Path(folder) / f"again{target.suffix}"
        done.catalog.write(again)
        return again.read_bytes() == target.read_bytes()


def _tell(done: Downloaded, target: Path) -> None:
    for note in (*done.notes, *done.catalog.history, *rejections(done.catalog.rejected)):
        print(f"note: {in_words(note)}", file=sys.stderr)
    print(done.text())
    print(f"{len(done.catalog):,} events written to {target}")
