"""A fuzz of whatever reads what others wrote: each example is made from one seed, read, and judged.

    python -m tests.fuzz                          100,000 examples over all kinds, two processes
    python -m tests.fuzz --only readers --examples 3000 --seed 7 --jobs 1
    python -m tests.fuzz --only readers --seed 4711 --examples 1 --keep DIR      one example again, its files kept

A kind is a module of this folder, named in `KINDS` of `tests/fuzz/judging.py`, with two functions:

    def prepare() -> None
    def example(seed: int, folder: Path) -> Outcome

The second makes its input from `seed` alone (numpy.random.default_rng(seed)), writes it under `folder`, which is empty,
reads it, and says how that ended. What a reader of ours says no to is caught by the example itself (InputError: an
Outcome "refused"); any other exception it lets through, and the harness counts it as "traceback". The harness also
measures each example: more than `CPU_SECONDS` is "hang", memory above `FLOOR_MB` and above `TIMES` the bytes under
`folder` is "memory". Examples must be independent of each other, need no network, and take milliseconds; what is dear
to make (a small network, a trained model) is made by the first, once a process (functools.cache), and not measured.

`Outcome.kind` is one of `RIGHT` or of `WRONG`; a run exits with 1 where one was wrong, and prints its seed.
"""

from __future__ import annotations

from dataclasses import dataclass

RIGHT = {
    "same": "read, all values as before",
    "told": "read; what is missing or was changed is in rejected or in a note",
    "as written": "read; what was changed has the value that the text now says",
    "refused": "InputError of one line",
}
WRONG = {
    "changed": "read, and a value silently changed or lost where that can be seen",
    "traceback": "an exception that is no InputError",
    "several lines": "an InputError whose message is no single line",
    "hang": "more CPU seconds than CPU_SECONDS",
    "died": "the process ended (a crash of compiled code), or did not come back within LONGEST_S",
    "memory": "more memory than TIMES the size of the input, and than FLOOR_MB",
}
CPU_SECONDS, TIMES, FLOOR_MB = 10.0, 30.0, 200.0
LONGEST_S = 120.0  # of an example that cannot be stopped, before its process is


@dataclass(frozen=True)
class Outcome:
    """How one example ended: its kind, what was attacked and how (for the count), and the rest of the story."""

    kind: str
    what: str = ""
    story: str = ""


def refused(error: ValueError, what: str = "") -> Outcome:
    """The outcome of an InputError: right where its message is one line that can be printed."""
    message = str(error)
    fine = message.strip() != "" and "\n" not in message and "\r" not in message
    return Outcome("refused" if fine else "several lines", what, message[:300])
