"""Outputs that the documentation quotes are those that its commands and Python print, figures to the digits shown.

Pages of `RUN` are followed from top to bottom, as a reader would. `NOT_RUN` are others that quote, with the reason.
"""

import io
import re
import shlex
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from seisweave.cli import main, wording
from seisweave.nowcast.known import Known

ROOT = Path(__file__).parents[1]
RUN = (
    *("docs/tour.md", "docs/how-to/student.md", "docs/notebooks.md"),
    *("docs/concepts/matching.md", "docs/concepts/mechanisms.md", "docs/concepts/today.md"),
)
NOT_RUN = {  # page: why its blocks of output are not made here
    "docs/concepts/nowcast.md": "a note, compared below",
    "docs/watch.md": "a line of a station that has run for weeks; tests/watch/test_turn.py compares its form",
}
LEFT_OUT = {  # commands about data of the reader, or of Southern California, which are not part of the project
    "docs/concepts/matching.md": ("faults scedc_1932_2026.csv.gz", "network match july8"),
    "docs/concepts/mechanisms.md": ("faults scedc_1932_2026.csv.gz", "network mechanisms anza"),
    "docs/how-to/student.md": ("make", "catalog download", "catalog info", "faults", "python"),
}
PARTLY = ("docs/concepts/matching.md", "docs/concepts/mechanisms.md")  # one output of theirs is of Southern California
CHANGES = re.compile(r"\b\d+\.\d s\b")  # seconds that it took


@dataclass(frozen=True)
class Quote:
    """A block of output: what the documentation says, and what came."""

    page: str
    quoted: str
    printed: str


def _blocks(page):
    return re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def _commands(block):
    """The commands of a block as words, those that run over several lines whole."""
    pending = ""
    for line in block.replace("\\\n", " ").splitlines():
        pending += f"{line}\n"
        try:
            words = shlex.split(pending, comments=True)
        except ValueError:  # a quotation that goes on
            continue
        pending = ""
        if words:
            yield words
    assert not pending


def _run(words):
    """What a command does, in this process."""
    match words:
        case ["seisweave", *rest]:
            with pytest.raises(SystemExit) as end:
                main(rest)
            assert end.value.code in (0, None), words
        case ["python", "-c", program]:
            exec(program, {})
        case ["mkdir", "-p", folder]:
            Path(folder).mkdir(parents=True, exist_ok=True)
        case _:
            assert words == ["source", ".venv/bin/activate"]


def _followed(page):
    """Each quoted output of a page, with what came when everything before it was done in this folder.

    An output of commands that are all left out is not compared.
    """
    printed, names, done = "", {}, True
    for language, block in _blocks(page):
        if language == "text":
            if done:
                yield Quote(page, block, printed)
            continue
        told = io.StringIO()
        with redirect_stdout(told), redirect_stderr(told):
            if language == "python":
                exec(compile(block, page, "exec"), names)
            commands = list(_commands(block)) if language == "sh" else []
            wanted = [words for words in commands if not _is_left_out(page, words)]
            for words in wanted:
                _run(words)
        printed, done = told.getvalue(), bool(wanted or not commands)


def _is_left_out(page, words):
    return " ".join(words).removeprefix("seisweave ").startswith(LEFT_OUT.get(page, "\n"))


@pytest.mark.parametrize("page", RUN)
def test_a_page_prints_what_it_quotes(page, tmp_path):
    with chdir(tmp_path):
        quotes = list(_followed(page))
    quoted = sum(language == "text" for language, _ in _blocks(page))
    assert len(quotes) == quoted - (page in PARTLY)
    for quote in quotes:
        quoted, printed = (_comparable(text) for text in (quote.quoted, quote.printed))
        assert f"\n{quoted}\n" in f"\n{printed}\n", f"{page} quotes\n{quoted}\nand what came is\n{printed}"


def _comparable(text):
    """Without what differs between runs: seconds, the hash of a file made here, and compiling, which is told once."""
    lines = [
        line.rstrip() for line in CHANGES.sub("… s", text).splitlines() if not line.startswith(("sha256", "compiling,"))
    ]
    return "\n".join(lines).strip("\n")


def test_every_quoted_output_is_compared_or_said_not_to_be():
    pages = ["README.md", *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").rglob("*.md")))]
    quoting = {page for page in pages if any(language == "text" for language, _ in _blocks(page))}
    assert quoting == set(RUN) | set(NOT_RUN)


def test_the_note_of_an_unfinished_day_is_worded_so(monkeypatch):
    monkeypatch.setattr(wording, "OPTIONS", {"complete_until"})
    last = np.datetime64("2010-04-05T06:00", "us")
    said = wording.in_words(Known(last, last, stated=False).note())
    (note,) = (block for language, block in _blocks("docs/concepts/nowcast.md") if language == "text")
    assert note == f"note: {said}\n"


def test_numbers_beside_calls_are_what_the_calls_give():
    """`call  # 0.242` in Python that needs no data."""
    (block,) = (block for _, block in _blocks("docs/concepts/evaluation.md") if "adjusted_rand_index" in block)
    names = {}
    exec(block, names)
    beside = re.findall(r"^(.+\))\s+# (\d+\.(\d+))$", block, re.MULTILINE)
    assert len(beside) == 2
    for call, told, digits in beside:
        assert f"{eval(call, names):.{len(digits)}f}" == told
