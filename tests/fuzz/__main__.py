"""Run the fuzz: examples of all kinds in several processes, counted by outcome. See the package's docstring."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import WRONG
from tests.fuzz.judging import KINDS, run

_SHOWN = 20  # wrong examples whose story is told


def main() -> None:
    """Run, and print the counts."""
    arguments = _arguments()
    kinds = [arguments.only] if arguments.only else [kind for kind, module in KINDS.items() if find_spec(module)]
    counts: Counter[tuple[str, str]] = Counter()
    details: Counter[tuple[str, str, str]] = Counter()
    slowest = fattest = 0.0
    wrong = 0
    with suppress(KeyboardInterrupt):  # what was judged until then is counted
        for one in run(kinds, arguments.seed, arguments.examples, arguments.jobs, arguments.keep):
            counts[one.kind, one.outcome.kind] += 1
            details[one.kind, one.outcome.kind, one.outcome.what] += 1
            slowest, fattest = max(slowest, one.seconds), max(fattest, one.megabytes)
            if one.outcome.kind == arguments.show:
                print(f"{one.seed}: {one.outcome.what}: {one.outcome.story}")
            if one.outcome.kind in WRONG:
                wrong += 1
                if wrong <= _SHOWN:
                    what, story = one.outcome.what, one.outcome.story
                    print(f"{one.outcome.kind}: --only {one.kind} --seed {one.seed} --examples 1: {what}: {story}")
    if arguments.details:
        print(*(f"{n:8d} {kind}: {outcome}: {what}" for (kind, outcome, what), n in sorted(details.items())), sep="\n")
    print(*(f"{n:8d} {kind}: {outcome}" for (kind, outcome), n in sorted(counts.items())), sep="\n")
    print(
        f"{sum(counts.values())} examples, {wrong} wrong; at most {slowest:.2f} CPU s and {fattest:.0f} MB an example"
    )
    sys.exit(1 if wrong else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--keep", type=Path, help="folder for the files of the examples")
    parser.add_argument("--show", help="tell the stories of the examples of this outcome too")
    parser.add_argument("--details", action="store_true", help="count by what was attacked too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
