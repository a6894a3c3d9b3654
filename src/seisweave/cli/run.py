"""`seisweave run`: all stages that a file names, one after the other; those that are done are not done again."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.answers import Json, can_be_quiet, print_json
from seisweave.cli.cluster import Cluster
from seisweave.cli.wording import tell
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.cli.run_file import Stage

_DONE = "run.json"  # in the folder of all results: which stages are done, and by which words


def run(
    file: Annotated[Path, typer.Argument(metavar="RUN.TOML", help="What is to be done; see docs/runs.md.")],
    check: Annotated[bool, typer.Option("--check", help="Check the file, tell the commands, and do nothing.")] = False,
    region: Annotated[list[str] | None, typer.Option("--region", help="This region only; several times.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Regions at a time, each in a process.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Do stages again whose words have changed.")] = False,
    cluster: Cluster = None,
) -> None:
    """Run all stages that a file names, each a command with its flags. Given again, it goes on where it ended.

    Where the file names regions, one that fails stops none of the others.

    Example: seisweave run run.toml
    """
    from itertools import groupby

    from seisweave.cli.run_file import read_run

    stages = read_run(file)
    by_region = {name: list(some) for name, some in groupby(stages, key=lambda stage: stage.region)}
    for name in region or ():
        if name not in by_region or not name:
            raise InputError(f"--region {name}: {file} names {', '.join(filter(None, by_region)) or 'no regions'}")
    wanted = {name: some for name, some in by_region.items() if not region or name in region}
    if check:
        print("\n".join(f"seisweave {shlex.join(stage.whole)}" for some in wanted.values() for stage in some))
        return
    if jobs > 1 and len(wanted) > 1:
        more = [*(["--force"] if force else []), *(["--cluster", cluster] if cluster else [])]
        failed = _side_by_side({name: ["run", str(file), "--region", name, *more] for name in wanted}, jobs)
    else:
        failed = [name for name, some in wanted.items() if not _whole(some, force, cluster, alone=len(wanted) == 1)]
    if failed:
        raise InputError(
            f"{len(failed)} of {len(wanted)} regions failed: {', '.join(failed)}; see above, and run again"
        )


def _whole(stages: list[Stage], force: bool, cluster: str | None, *, alone: bool) -> bool:
    """Do all stages of a region; whether all were done. The error of one that is alone is everybody's."""
    try:
        _do(stages, force=force, cluster=cluster)
    except InputError as error:
        if alone:
            raise
        print(f"seisweave: {stages[0].region}: {error}", file=sys.stderr)
        return False
    return True


def _do(stages: list[Stage], *, force: bool, cluster: str | None) -> None:
    """Do the stages of a region that are not done yet."""
    from seisweave.cli.app import invoke

    done = Done(stages[0].out.parent)
    for stage in stages:
        state, name = done.state(stage), "/".join(filter(None, (stage.region, stage.name)))
        if state == "done":
            tell(f"{name}: done already")
            continue
        if state == "changed" and stage.replaces and not force:
            raise InputError(
                f"{stage.out}: was made by other words, or from other inputs; give --force to make it again, or another"
                " out"
            )
        print(f"== {name}: seisweave {shlex.join(stage.whole)}", flush=True)
        more = ["--resume"] if stage.resumes and (stage.out / ".partial").exists() and state != "changed" else []
        more += ["--force"] if state == "changed" and stage.replaces else []
        more += ["--cluster", cluster] if cluster and stage.spreads else []
        if code := invoke([*stage.whole, *more]):
            raise InputError(f"{name}: ended with exit code {code}")
        done.add(stage)


def _side_by_side(runs: dict[str, list[str]], jobs: int) -> list[str]:
    """Run commands, each in a process of its own, and tell what each says when it ends; gives those that failed."""
    from concurrent.futures import ThreadPoolExecutor

    started: list[subprocess.Popen] = []

    def go(name: str) -> bool:
        words = [sys.executable, "-m", "seisweave", *runs[name]]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        started.append(process)
        out, err = process.communicate()
        print(out, end="", flush=True)
        print(err, end="", file=sys.stderr, flush=True)
        return process.returncode == 0

    with ThreadPoolExecutor(jobs) as pool:
        try:
            return [name for name, well in zip(runs, pool.map(go, runs), strict=True) if not well]
        except BaseException:  # those at work end, and keep what they have done; no other begins
            pool.shutdown(wait=False, cancel_futures=True)
            for process in started:
                process.terminate()
            raise


@can_be_quiet
def rerun(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Result folder, with the run.toml that made it.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the results go; else they are compared and thrown away.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where anything differs.")] = False,
    as_json: Json = False,
) -> None:
    """Make a result folder again from its run.toml, and say what differs.

    Example: seisweave rerun ridgecrest --check
    """
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from seisweave.cli.app import invoke
    from seisweave.cli.run_file import read_run
    from seisweave.report.results.compared import RUN, differences
    from seisweave.report.results.inputs import changed_inputs

    if not (folder / RUN).is_file():
        raise InputError(f"{folder}: holds no {RUN}; give a result folder, made by a command from 0.2 on")
    stage, *others = read_run(folder / RUN)
    if others:
        raise InputError(
            f"{folder / RUN}: names {1 + len(others)} stages, so it made no one folder; use `seisweave run`"
        )
    for told in changed_inputs(folder / RUN):
        tell(told)
    with TemporaryDirectory(prefix="seisweave-") as room:
        made = Path(room) / folder.resolve().name if out is None else out
        with redirect_stdout(sys.stderr if as_json else sys.stdout):
            code = invoke(replace(stage, out=made).whole)
        if code:
            raise typer.Exit(code)
        found = list(differences(folder, made))
    if as_json:
        print_json({"results": str(folder), "same": not found, "differences": found})
    else:
        print("\n".join(found or [f"{folder}: the same again, but for seconds and memory"]))
    if check and found:
        raise typer.Exit(1)


class Done:
    """Which stages of a folder are done: their words, and the digests of the files and folders that they name."""

    def __init__(self, out: Path) -> None:
        self.path = out / _DONE
        try:
            known = json.loads(self.path.read_bytes()) if self.path.is_file() else {}
        except ValueError:
            known = {}
        self.known = known if isinstance(known, dict) else {}

    def state(self, stage: Stage) -> str:
        """Whether a stage is "done", was done with other words or inputs ("changed"), or is to be done ("open")."""
        there = stage.out.is_dir() and any(each.name != ".partial" for each in stage.out.iterdir())
        if not (there or stage.out.is_file()):
            return "open"
        return "done" if self.known.get(stage.name) == _identity(stage) else "changed"

    def add(self, stage: Stage) -> None:
        """Note that a stage is done."""
        from seisweave.storage import write_text

        self.known[stage.name] = _identity(stage)
        write_text(self.path, json.dumps(self.known, indent=1) + "\n")


def _identity(stage: Stage) -> dict[str, object]:
    """The words of a stage, and the digest of each file and folder that they name, as PATH or NAME=PATH."""
    from seisweave.report.results.inputs import digest_of

    given = stage.words[len(stage.command) :]
    named = {path for word in given for path in (word, word.partition("=")[2]) if path and Path(path).exists()}
    return {"words": list(stage.words), "inputs": {path: digest_of(Path(path)) for path in sorted(named)}}
