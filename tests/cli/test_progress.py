"""What is said about long work, on a terminal and elsewhere."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from tests.cli.inputs import start_without_figure

from seisweave.cli import progress
from seisweave.cli.progress import live_progress
from seisweave.progress import Step

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")


def _tell(steps, notes=(), *, quiet=False):
    with live_progress(notes, quiet=quiet) as show:
        for step in steps:
            show(step)


def test_short_work_is_silent_where_nobody_looks(capsys):
    _tell([Step("tree", 0.0), Step("merge", 0.5, 100, 12.3)])
    assert capsys.readouterr() == ("", "")


def test_long_work_says_a_line_every_ten_seconds(capsys, monkeypatch):
    clock = iter([0.0, 4.0, 9.9, 10.1, 15.0, 20.2, 95.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    steps = [Step("tree", 0.0), Step("merge", 0.1), Step("merge", 0.25, 1234, 56.78)]
    _tell([*steps, Step("merge", 0.3), Step("merge", 0.5), Step("assign", 1.0, 20)])
    assert capsys.readouterr().err.splitlines() == [
        "merge: 25 %, 1,234 Gaussians, gain 56.8, 10 s elapsed, about 30 s left",
        "merge: 50 %, 20 s elapsed, about 20 s left",
        "assign: 100 %, 20 Gaussians, 1 min 35 s elapsed",
    ]


def test_compiling_is_told_and_no_part_of_the_time_left(capsys, monkeypatch):
    clock = iter([0.0, 11.0, 22.0, 33.0])
    monkeypatch.setattr(progress, "monotonic", lambda: next(clock))
    show = progress._PlainLines()
    monkeypatch.setattr(progress.compiled, "seconds", progress.compiled.seconds + 5.0)
    show(Step("compiling, once: 7 loops", float("nan")))
    monkeypatch.setattr(progress.compiled, "seconds", progress.compiled.seconds + 7.0)
    show(Step("merge", 0.5))
    show(Step("merge", 0.75))
    assert capsys.readouterr().err.splitlines() == [
        "compiling, once: 7 loops, 11 s elapsed",
        "merge: 50 %, 22 s elapsed, about 10 s left",
        "merge: 75 %, 33 s elapsed, about 7 s left",
    ]


def test_notes_come_once_and_only_with_the_first_step(capsys):
    _tell([], ["never told"])
    assert capsys.readouterr().err == ""
    _tell([Step("tree", 0.0), Step("merge", 0.5)], ["one", "two"])
    assert capsys.readouterr().err == "note: one\nnote: two\n"


def test_quiet_is_quiet():
    with live_progress(["a note"], quiet=True) as show:
        assert show is None


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_stage_bar_faults_gain_and_time_left(monkeypatch):
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with live_progress() as show:
        show(Step("merge", 0.4, 1234, 56.78))

    said = terminal.getvalue()
    for part in ("merge", "━", "40%", "1,234 Gaussians, gain 56.8", "left"):
        assert part in said
    assert said.rstrip().endswith("\x1b[2K")  # the line is wiped at the end


def test_the_command_leaves_a_clean_terminal(catalog_file, tmp_path):
    ours, theirs = pty.openpty()
    process = start_without_figure("faults", catalog_file, "--out", tmp_path / "out", stderr=theirs)
    os.close(theirs)
    with ThreadPoolExecutor(1) as pool:  # a terminal that nobody reads stops the command when it is full
        reading = pool.submit(_read_to_the_end, ours)
        out, _ = process.communicate(timeout=200)
        said = reading.result().decode()
    os.close(ours)
    assert process.returncode == 0
    assert "\x1b[?25l" in said, "the cursor hides while the bar moves"
    assert said.count("\x1b[?25h") == said.count("\x1b[?25l"), "and is back at the end"
    assert "results: " in out


def _read_to_the_end(terminal):
    read = bytearray()
    with suppress(OSError):  # the end of a pseudo-terminal is an error
        while piece := os.read(terminal, 4096):
            read += piece
    return bytes(read)
