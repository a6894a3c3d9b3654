"""The clock of a reconstruction: what each stage took, what is left, and the reports of progress."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.progress import Progress, Step

_TRUST = 0.1  # share of a stage whose pace counts as much as what was expected


class Clock:
    """Seconds of every stage of one reconstruction, and the time left; passes progress on.

    The time left is that of the stage, from its own pace, and that of the later stages as multiples of the time the
    tree took; the multiples are medians of many runs, and no result depends on them.
    """

    def __init__(self, options: FaultOptions, progress: Progress | None = None) -> None:
        self.options, self.progress = options, progress or (lambda _: None)
        self.seconds: dict[str, float] = {}
        self._done, self._from = 0.0, 0.0
        self._stage, self._begun, self._since = "", perf_counter(), perf_counter()

    def enter(self, stage: str) -> None:
        """A new stage begins."""
        self._book()
        self._stage, self._from = stage, float("nan")
        self.tell(0.0)

    def tell(self, share: float, n_gaussians: int = 0, gain: float = float("nan")) -> None:
        """Report progress: this share of the stage is done. A stage that is taken up again does not begin at 0."""
        now = perf_counter()
        self._from = share if self._from != self._from else self._from
        left = self._left(share, now - self._since)
        if left == left:
            gone = now - self._begun
            self._done = max(self._done, gone / max(gone + left, 1e-9))
        self.progress(Step(self._stage, self._done, n_gaussians, gain, left))

    def leave(self, network: FaultNetwork) -> FaultNetwork:
        """The last stage is over: the network with the seconds of all stages."""
        self._book()
        self.progress(Step(self._stage, 1.0, network.n_segments, left_s=0.0))
        return replace(network, seconds=self.seconds)

    def _left(self, share: float, gone: float) -> float:
        """Seconds left in this stage and in all later ones; NaN while there is no pace to go by."""
        expected = self._expected()
        later = list(expected)[list(expected).index(self._stage) + 1 :] if self._stage in expected else []
        made, guess = share - self._from, expected.get(self._stage, float("nan"))
        own = (gone + _TRUST * guess) / (made + _TRUST) * (1.0 - share)
        return own + sum(expected[stage] for stage in later)

    def _expected(self) -> dict[str, float]:
        """Seconds the later stages may take, in order, once the tree has shown how fast this machine is."""
        tree = self.seconds.get("tree", float("nan"))
        return {
            "merge": 10.0 * tree,
            "merge subsets": 10.0 * tree,
            "refine": 6.0 * tree if self.options.refine else 0.0,
            "merge whole": 0.0 if self.options.refine else 3.0 * tree,
            **{f"{stage} by branch": factor * tree for stage, factor in self._again().items()},
            "assign": (0.2 + self.options.subsets / 60.0) * tree,
            "faults": 8.0 * tree,
        }

    def _again(self) -> dict[str, float]:
        """What is done once more by branch, in units of the tree."""
        if self.options.atomize != "best" or self.options.schedule == "reference":
            return {}
        end = {"refine": 8.0} if self.options.refine else {"merge whole": 4.0}
        return {"merge" if self.options.subsets == 1 else "merge subsets": 20.0, **end}

    def _book(self) -> None:
        now = perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(now - self._since, 4)
        self._since = now
