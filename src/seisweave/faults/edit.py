"""A network edited by hand: faults dropped, made one, cut in two, or named.

Every function gives a new network, whose register says what was done; faults are named by their lasting numbers. Events
are given anew to the parts that there are then, with the shapes of all parts that were not edited as they were; weights
are estimated anew, and sum to one. What an edit costs or brings can be seen from the BIC, which is that of the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int

from seisweave.errors import InputError
from seisweave.faults.activity import activity_of
from seisweave.faults.assemble import Scored
from seisweave.faults.changes import follow_faults
from seisweave.faults.export import OWN_COLUMNS, events_table
from seisweave.faults.find_faults import Segments, faults_of, in_order
from seisweave.faults.from_mixture import score_mixture
from seisweave.faults.laid_out import lay_out
from seisweave.faults.location_errors import LocationErrors
from seisweave.faults.network import FaultNetwork
from seisweave.faults.own_events import OwnEvents, errors_like, own_events
from seisweave.faults.plate_mixture import FEWEST, PlateMixture
from seisweave.faults.plate_moves import best_cut
from seisweave.faults.register import Done, Entry
from seisweave.machine import available_cores
from seisweave.stored_files import in_a_line

_STEPS = 30  # of EM on what was edited
_ENOUGH = 1e-4  # of the log-likelihood, an event


def drop_faults(network: FaultNetwork, numbers: Sequence[int]) -> FaultNetwork:
    """The network without some faults: their plates, and the segments most of whose events lie on them, are gone.

    Their events go to what is densest there then, most often the background. Errors: InputError for numbers of no
    fault, a network without its events, and where nothing would be left.

    >>> import seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> two_faults = [rng.normal((0, y, 8), (5.0, 0.2, 3.0), (n, 3)) for y, n in ((0, 300), (30, 200))]
    >>> network = sw.reconstruct_faults(np.concatenate([*two_faults, rng.uniform(-30, 60, (60, 3))]))
    >>> network.drop(1).numbers.tolist(), network.drop(1).registered.entries[-1].told
    ([0], 'F1 dropped')
    """
    places = _places(network, numbers)
    edit = _Edit.of(network)
    scored = _without(network, places, edit.own.xyz_km)
    edit.mixture.keep(np.isin(np.arange(network.n_faults), places, invert=True))
    edit.fit(np.zeros(len(edit.mixture.plates), bool))
    return edit.done(_entry(network, "drop", places, "dropped"), scored)


def merge_faults(network: FaultNetwork, numbers: Sequence[int]) -> FaultNetwork:
    """The network with some faults made one: a plate fitted to the events of all of them together.

    It bears the number and the name of the one of most events. Segments stay as they are, and with them the density.
    Errors: InputError as of `drop_faults`, and for fewer than two faults.

    >>> import seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> ends = np.concatenate([rng.normal(c, (4.0, 0.2, 3.0), (200, 3)) for c in ((-20, 0, 8), (20, 0, 8))])
    >>> network = sw.reconstruct_faults(ends)
    >>> whole = network.merge(0, 1)
    >>> network.n_faults, whole.n_faults, bool(whole.faults.plates.length_km[0] > 40)
    (2, 1, True)
    """
    places = _places(network, numbers)
    if len(places) < 2:
        raise InputError(f"faults {tuple(numbers)} are to be made one; give two or more different ones")
    edit = _Edit.of(network)
    label = network.label[edit.mixture.ordered.order]
    edit.replace(np.sort(places), [np.flatnonzero(np.isin(label, places))])
    return edit.done(_entry(network, "merge", places, "made one"))


def split_fault(
    network: FaultNetwork, number: int, at_km: float | None = None, *, along: str = "strike"
) -> FaultNetwork:
    """The network with one fault cut in two: a plate fitted to the events on either side.

    at_km is the place of the cut from the middle of the plate, along its strike or down its dip (`along`); without it
    the cut is where two planes fit the fault's events best. The piece of more events keeps number and name, the other
    gets new ones. Errors: InputError as of `drop_faults`, for another `along`, a place beyond the plate, and where
    fewer than six events would lie on a side.

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> cut = sw.reconstruct_faults(one_fault).split(0, 0.0)
    >>> cut.n_faults, cut.numbers.tolist()
    (2, [0, 1])
    """
    places = _places(network, [number])
    if along not in ("strike", "dip"):
        raise InputError(f"along is {along!r}; choose strike or dip")
    edit = _Edit.of(network)
    mixture = edit.mixture
    plate = mixture.plates[places[0]]
    slots = np.flatnonzero(network.label[mixture.ordered.order] == places[0])
    side = 0 if along == "strike" else 1
    if at_km is None:
        if len(slots) < 2 * FEWEST:
            raise InputError(f"fault {number} has {len(slots)} events; a fault that is cut needs {2 * FEWEST:.0f}")
        cut = best_cut(mixture, plate, slots)
        side, at_km = cut.side, cut.place_km
    if not plate[12 + 2 * side] < at_km < plate[13 + 2 * side]:
        half = plate[13 + 2 * side]
        raise InputError(
            f"at_km is {at_km:g}; fault {number} reaches from {-half:.2f} to {half:.2f} km along its {along}"
        )
    along_km = plate[3 + 3 * side : 6 + 3 * side] @ (mixture.xyz[:, slots] - plate[:3, None])
    halves = [slots[along_km < at_km], slots[along_km >= at_km]]
    if min(map(len, halves)) < FEWEST:
        raise InputError(
            f"the cut at {at_km:g} km leaves {len(halves[0])} and {len(halves[1])} events; each side needs {FEWEST:.0f}"
        )
    edit.replace(places, sorted(halves, key=len, reverse=True))
    where = "along its strike" if side == 0 else "down its dip"
    return edit.done(_entry(network, "split", places, f"cut at {at_km:.2f} km {where}"))


def rename_faults(network: FaultNetwork, names: Mapping[int, str]) -> FaultNetwork:
    """The network with other names for some faults, by their lasting numbers.

    Errors: InputError for numbers of no fault, and names that are empty or not one line.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> network.rename({0: "Garlock"}).registered.names
    ('Garlock',)
    """
    places, register = _places(network, list(names)), network.registered
    made = list(register.names)
    for place, name in zip(places, names.values(), strict=True):
        if not name.strip() or in_a_line(name, 200) != name:
            raise InputError(f"name {in_a_line(name, 60)!r} of fault {register.numbers[place]}; give one line of text")
        made[place] = name
    told = ", ".join(f"{register.names[place]} named {made[place]}" for place in places)
    entry = Entry("rename", told, tuple(register.numbers[places].tolist()))
    return replace(network, register=replace(register, names=tuple(made)).with_entry(entry))


def _places(network: FaultNetwork, numbers: Sequence[int]) -> Int[np.ndarray, " k"]:
    """Places of faults among the network's, by their lasting numbers, each once."""
    register = network.registered
    places = [register.place_of(int(number)) for number in dict.fromkeys(numbers)]
    missing = [str(number) for number, place in zip(dict.fromkeys(numbers), places, strict=True) if place < 0]
    if missing or not places:
        there = ", ".join(map(str, np.sort(register.numbers)[:12].tolist()))
        more = " ..." if len(register) > 12 else ""
        raise InputError(f"no fault has the number {', '.join(missing) or '(none given)'}; there are {there}{more}")
    return np.array(places, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Edit:
    """A network that is edited: its events, and its plates laid over them."""

    network: FaultNetwork
    own: OwnEvents
    mixture: PlateMixture
    errors: LocationErrors

    @classmethod
    def of(cls, network: FaultNetwork) -> _Edit:
        own = own_events(network)
        errors = errors_like(network, own.covariance_km2, network.n_events)
        mixture = lay_out(network, own.xyz_km, errors, threads=available_cores())
        mixture.expect()
        return cls(network, own, mixture, errors)

    def replace(self, places: np.ndarray, slots: list[np.ndarray]) -> None:
        """Put a plate of the events in each group of slots in the place of others, and fit them; the first has a mark.

        That of the first place; so the heaviest of the old and of the new come first.
        """
        mixture = self.mixture
        rest = np.isin(np.arange(len(mixture.plates)), places, invert=True)
        rows = np.array([mixture.first(each) for each in slots])
        mark = np.concatenate([mixture.mark[rest], places[:1], np.full(len(rows) - 1, -1)])
        mixture.replace(np.concatenate([mixture.plates[rest], rows]), mark)
        self.fit(np.arange(len(mark)) >= int(rest.sum()))

    def fit(self, edited: np.ndarray) -> None:
        """EM on the plates that were edited and on all weights; all other shapes, and the errors, stay as they are."""
        mixture, before = self.mixture, -np.inf
        for _ in range(_STEPS):
            mixture.expect()
            if mixture.log_likelihood - before < _ENOUGH * mixture.n:
                return
            before = mixture.log_likelihood
            mixture.maximise(edited)
        mixture.expect()

    def done(self, entry: Entry, scored: Scored | None = None) -> FaultNetwork:
        """The network as it is now; its segments are those of `scored`, or as they were."""
        network, mixture, own = self.network, self.mixture, self.own
        first = network if scored is None else _with_segments(network, scored)
        segments = Segments(own.xyz_km, first.mixture, first.part)
        faults = faults_of(mixture, segments, self.errors, network.faults.roughness_km)
        old_of = mixture.mark[in_order(mixture.most_likely()[0], 0, len(mixture.plates))]
        followed = follow_faults(
            network.registered, old_of, network.label, faults.fault_of_event, faults.events_per_fault
        )
        changed = tuple(change for change in followed.changes if change.what != "unchanged")
        register = followed.register.with_entry(replace(entry, changes=changed))
        made = replace(first, faults=faults, sureness=None, register=register)
        rows = own.table.drop(columns=[name for name in OWN_COLUMNS if name in own.table])
        made = replace(made, source=events_table(made, rows, own.xyz_km))
        return replace(made, activity=activity_of(made))


def _with_segments(network: FaultNetwork, scored: Scored) -> FaultNetwork:
    return replace(
        network,
        mixture=scored.mixture,
        part=scored.part,
        responsibility=scored.responsibility,
        bic=scored.bic,
        log_likelihood=scored.log_likelihood,
    )


def _entry(network: FaultNetwork, done: Done, places: np.ndarray, how: str) -> Entry:
    register = network.registered
    names = ", ".join(register.names[place] for place in places)
    return Entry(done, f"{names} {how}", tuple(register.numbers[places].tolist()))


def _without(network: FaultNetwork, places: np.ndarray, xyz_km: np.ndarray) -> Scored:
    """The first level without the segments of some faults; weights are counted anew, as between the paper's merges."""
    mixture = network.mixture
    kept = np.isin(network.faults.fault_of_segment, places, invert=True)
    if not (kept.any() or mixture.n_boxes):
        raise InputError("no segment and no background would be left; keep a fault")
    lost = float(mixture.weight[~kept].sum())
    weight, box_weight = mixture.weight[kept], mixture.box_weight
    if mixture.n_boxes:
        box_weight = box_weight + lost / mixture.n_boxes
    else:
        weight = weight / weight.sum()
    left = replace(
        mixture,
        weight=weight,
        mean_km=mixture.mean_km[kept],
        covariance_km2=mixture.covariance_km2[kept],
        box_weight=box_weight,
    )
    part = score_mixture(left, xyz_km).part
    events = np.maximum(np.bincount(part, minlength=len(weight) + mixture.n_boxes), 0.5)
    share = events / events.sum()
    order = np.argsort(-share[: len(weight)], kind="stable")
    return score_mixture(
        replace(
            left,
            weight=share[order],
            mean_km=left.mean_km[order],
            covariance_km2=left.covariance_km2[order],
            box_weight=share[len(weight) :],
        ),
        xyz_km,
    )
