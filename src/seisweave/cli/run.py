"""`seisweave run`: all stages that a file names, one after the other; those that are done are not done again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seisweave.cli.wording import tell
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.cli.run_file import Stage

_DONE = "run.json"  # in the folder of all results: which stages are done, and by which words


def run(
    file: Annotated[Path, typer.Argument(metavar="RUN.TOML", help="What is to be done; see docs/runs.md.")],
    check: Annotated[bool, typer.Option("--check", help="Check the file, tell the commands, and do nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Do stages again whose words have changed.")] = False,
) -> None:
    """Run all stages that a file names, each a command with its flags. Given again, it goes on where it ended.

    Example: seisweave run run.toml
    """
    import shlex

    from seisweave.cli.app import invoke
    from seisweave.cli.run_file import read_run

    stages = read_run(file)
    folder = stages[0].out.parent
    if check:
        print("\n".join(f"seisweave {shlex.join(stage.whole)}" for stage in stages))
        return
    done, again = Done(folder), set()
    for stage in stages:
        state = done.state(stage, again)
        if state == "done":
            tell(f"{stage.name}: done already")
            continue
        if state == "changed" and stage.replaces and not force:
            raise InputError(
                f"{stage.out}: was made by other words, or from other inputs; give --force to make it again, or another"
                " out"
            )
        print(f"== {stage.name}: seisweave {shlex.join(stage.whole)}", flush=True)
        resume = ["--resume"] if stage.resumes and (stage.out / ".partial").exists() and state != "changed" else []
        code = invoke([*stage.whole, *resume, *(["--force"] if state == "changed" and stage.replaces else [])])
        if code:
            raise InputError(f"{stage.name}: ended with exit code {code}")
        done.add(stage)
        again.add(stage.name)


def rerun(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Result folder, with the run.toml that made it.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the results go; else they are compared and thrown away.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where anything differs.")] = False,
) -> None:
    """Make a result folder again from its run.toml, and say what differs.

    Example: seisweave rerun ridgecrest --check
    """
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from seisweave.cli.app import invoke
    from seisweave.cli.remade import RUN, changed_inputs
    from seisweave.cli.run_file import read_run
    from seisweave.report.results.compared import differences

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
        if code := invoke(replace(stage, out=made).whole):
            raise typer.Exit(code)
        found = list(differences(folder, made))
    print("\n".join(found or [f"{folder}: the same again, but for seconds and memory"]))
    if check and found:
        raise typer.Exit(1)


class Done:
    """Which stages of a folder are done: their words, and what their inputs were (size and time of change)."""

    def __init__(self, out: Path) -> None:
        self.path = out / _DONE
        try:
            known = json.loads(self.path.read_bytes()) if self.path.is_file() else {}
        except ValueError:
            known = {}
        self.known = known if isinstance(known, dict) else {}

    def state(self, stage: Stage, again: set[str]) -> str:
        """Whether a stage is done, was done otherwise or from what was made again since, or is to be done."""
        there = stage.out.is_dir() and any(each.name != ".partial" for each in stage.out.iterdir())
        if not (there or stage.out.is_file()):
            return "open"
        of_others = any(str(stage.out.parent / name) in stage.words for name in again)
        return "done" if self.known.get(stage.name) == _identity(stage) and not of_others else "changed"

    def add(self, stage: Stage) -> None:
        """Note that a stage is done."""
        from seisweave.storage import write_text

        self.known[stage.name] = _identity(stage)
        write_text(self.path, json.dumps(self.known, indent=1) + "\n")


def _identity(stage: Stage) -> dict[str, object]:
    """The words of a stage, and the size and the time of change of each file that they name."""
    files = {}
    for word in stage.words:
        path = Path(word)
        if path.is_file():
            known = path.stat()
            files[word] = [known.st_size, known.st_mtime_ns]
    return {"words": list(stage.words), "files": files}
