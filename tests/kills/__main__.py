"""`python -m tests.kills --kills 100 --seed 0`: kill -9 at random moments, go on, compare with the unbroken run.

A run is a forked process in which all is imported, compiled and warm: this one does every command once before. It is
killed after a random time, or by itself before one of its changes of files, drawn from all of them: so also while
results are written and folders take each other's place.
Half of the runs that go on are killed again. Then all files must be those of the unbroken run, byte for byte, but for
the seconds that other processes took, and nothing else may be left beside them.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["OMP_NUM_THREADS"] = "1"
time.perf_counter = time.process_time = lambda: 0.0  # what is written down of it is the same in all runs

from tests.kills.cases import CASES, VOLUME, Case, keep_at_once, make_inputs  # noqa: E402
from tests.kills.moments import LONGEST_S, Ended, Moment, count_changes, wait_for  # noqa: E402


def run(case: Case, names: dict[str, str], folder: Path, *, resume: bool = False, kill: Moment | None = None) -> Ended:
    """Do the work of a case in a forked process."""
    out, said, counted = folder / (case.file or "out"), folder.parent / "said", folder.parent / "counted"
    counted.write_bytes(b"")
    start, child = time.monotonic(), os.fork()
    if child == 0:
        _begin(folder, said, counted, kill or Moment())
        code = 1
        try:
            code = _work(case, names, out, resume=resume)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    code = wait_for(child, (kill or Moment()).seconds)
    _wait_for_orphans(names["server"])
    return Ended(code, said.read_text(errors="replace"), counted.stat().st_size, time.monotonic() - start)


def _adopt_orphans() -> None:
    """Processes whose parent was killed become children of this one, where the system can (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _wait_for_orphans(server: str) -> None:
    """Wait until workers of a killed run have ended, as they do by themselves; only the server of events stays."""
    until = time.monotonic() + LONGEST_S
    while set(_children()) - {int(server)}:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        assert time.monotonic() < until, "workers outlive their run"
        time.sleep(0.01)


def _children() -> list[int]:
    """Children of this process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def _begin(folder: Path, said: Path, counted: Path, kill: Moment) -> None:
    """Send what the run says into a file, and count its changes of files in the folder."""
    for number, path in ((1, said), (2, said)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC * (number == 1) | os.O_APPEND, 0o644), number)
    count_changes(folder, counted, kill)


def _work(case: Case, names: dict[str, str], out: Path, *, resume: bool) -> int:
    from seisweave.cli import main

    if case.work is not None:
        case.work(Path(names["inputs"]), out)
        return 0
    arguments = [part.format(**names, out=out) for part in case.arguments]
    try:
        main([*arguments, *(["--resume"] if resume else [])])
    except SystemExit as end:
        return int(end.code or 0)
    return 1


def contents(case: Case, folder: Path) -> dict[str, bytes]:
    """All files by name, hidden ones too."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _still(case, name, data) for name, data in files.items() if Path(name).name not in case.timed}


def _still(case: Case, name: str, data: bytes) -> bytes:
    """A file without the seconds that workers took, and the memory that was used; nor digests that depend on them."""
    if name.endswith(".json"):
        value = json.loads(data)
        for file in [*value.get("sha256_of_files", ())] if isinstance(value, dict) else []:
            if file == Path(name).name or (case.timed and file.endswith(".csv")):
                del value["sha256_of_files"][file]
        return json.dumps(_without_times(value)).encode()
    if name.endswith(".csv") and case.timed:
        lines = data.decode().splitlines()
        taken = {k for k, column in enumerate(lines[0].split(",")) if "seconds" in column}
        rows = [[cell for k, cell in enumerate(line.split(",")) if k not in taken] for line in lines]
        return "\n".join(",".join(row) for row in rows if "seconds" not in row).encode()
    return data


def _without_times(value):
    if isinstance(value, dict):
        return {k: _without_times(each) for k, each in value.items() if "seconds" not in k and k != "peak_memory_mb"}
    return [_without_times(each) for each in value] if isinstance(value, list) else value


def broken(case: Case, names: dict[str, str], whole: dict[str, bytes], moments: list[Moment], folder: Path) -> str:
    """Kill a run at each moment in turn, go on to the end, and say what is not as in the unbroken run, if anything."""
    _emptied(folder)
    for moment in [*moments, None]:
        resume = case.resumes and bool(list(folder.glob("out/.partial")) or list(folder.glob(".*.download")))
        ended = run(case, names, folder, resume=resume, kill=moment)
        finished = ended.code == 2 and any(word in ended.said for word in ("results already", "exists; choose"))
        if ended.code not in (0, -signal.SIGKILL) and not finished:
            return f"ended with {ended.code} after {moments}: {ended.said.strip()[-600:]}"
        if moment is None or finished or ended.code == 0:
            break
    found = contents(case, folder)
    if found.keys() != whole.keys():
        return f"other files after {moments}: {sorted(found.keys() ^ whole.keys())}"
    differ = [name for name in whole if found[name] != whole[name]]
    return f"other bytes after {moments}: {differ}" if differ else ""


def drawn(rng: random.Random, unbroken: Ended) -> list[Moment]:
    """A moment, or two for runs that are killed again."""
    moments = []
    for _ in range(1 + (rng.random() < 0.5)):
        by_time = rng.random() < 0.4
        change = -1 if by_time else int(rng.triangular(0, unbroken.changes, unbroken.changes))
        moments.append(Moment(rng.uniform(0.0, unbroken.seconds) if by_time else float("inf"), change))
    return moments


def try_all(cases: list[Case], kills: int, seed: int, folder: Path) -> int:
    """Try all cases in turn until so many kills are done; prints a row for each case, gives the number of failures."""
    _adopt_orphans()
    (folder / "inputs").mkdir()
    (folder / "work").mkdir()
    names = make_inputs(folder / "inputs") | {"inputs": str(folder / "inputs")}
    keep_at_once()
    for name, arguments in (
        ("past", ("forecast", "{california}", "--model", "uniform", *VOLUME, "--end", "2015-01-01")),
        ("model", next(case for case in CASES if case.name == "nowcast train").arguments),
        ("etas", next(case for case in CASES if case.name == "etas fit").arguments),
    ):
        if not any(f"{{{name}}}" in case.arguments for case in cases):
            continue
        made = run(Case(name, (*arguments, "--out", names[name])), names, folder / "work")
        assert made.code == 0, made.said
    rng, done, equal, failures = random.Random(seed), Counter(), Counter(), []
    unbroken, whole = {}, {}
    for case in cases:
        _warm(case, names, folder / "work" / "warm")
        place = _emptied(folder / "work" / "run")
        unbroken[case.name] = run(case, names, place)
        assert unbroken[case.name].code == 0, (case.name, unbroken[case.name].said)
        whole[case.name] = contents(case, place)
        print(f"{case.name}: {unbroken[case.name].seconds:.1f} s, {unbroken[case.name].changes} changes", flush=True)
    while done.total() < kills:
        case = min(
            cases, key=lambda each: (done[each.name] >= 2, done[each.name] * (3.0 + unbroken[each.name].seconds))
        )
        moments = drawn(rng, unbroken[case.name])
        wrong = broken(case, names, whole[case.name], moments, folder / "work" / "run")
        done[case.name] += len(moments)
        equal[case.name] += 0 if wrong else len(moments)
        print(f"{case.name}: {wrong or 'equal'}, {len(moments)} kills, {done.total()} of {kills}", flush=True)
        failures += [case.name] if wrong else []
    print("\n| command | kills | equal to the unbroken run |\n|---|---|---|")
    for case in cases:
        print(f"| {case.name} | {done[case.name]} | {equal[case.name]} |")
    print(f"| all | {done.total()} | {equal.total()} |")
    return len(failures)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _warm(case: Case, names: dict[str, str], folder: Path) -> None:
    """Do the work in this process, so that those forked from it need neither import nor compile."""
    if case.timed:  # processes of its own
        return
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = _work(case, names, _emptied(folder) / (case.file or "out"), resume=False)
    assert code == 0, case.name


def main() -> None:
    """Read the flags, and try."""
    flags = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    flags.add_argument("--kills", type=int, default=100)
    flags.add_argument("--seed", type=int, default=0)
    flags.add_argument("--only", default="", help="cases whose name holds this")
    options = flags.parse_args()
    cases = [case for case in CASES if options.only in case.name]
    with TemporaryDirectory(prefix="seisweave-kills-", ignore_cleanup_errors=True) as folder:
        failures = try_all(cases, options.kills, options.seed, Path(folder))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
