"""The merge curve: every merge is there, later ones to the right."""

import re
from dataclasses import fields, replace
from xml.etree import ElementTree

import numpy as np

from seisweave.report.linked.merge_curve import merge_curve, stages


def test_every_merge_belongs_to_one_mark(planted):
    network = planted[0]
    found = stages(network)
    assert list(found) == ["inside subsets", "among all", "refinement", "refinement, dropped into the background"]
    assert sorted(np.concatenate(list(found.values()))) == list(range(network.n_proto - network.n_segments))


def test_it_is_drawn_from_left_to_right_and_downwards(planted):
    drawn = merge_curve(planted[0])
    ElementTree.fromstring(drawn.split("</svg>")[0] + "</svg>")
    marks = re.findall(r'<path class="merges" d="([^"]+)"', drawn)
    places = [np.array(re.findall(r"M([\d.]+) ([\d.]+)m", path), float) for path in marks]
    assert sum(map(len, places)) == len(planted[0].history)
    every = np.vstack(places)
    ordered = every[np.argsort(every[:, 0])]
    assert (np.diff(ordered[:, 1]) > -2).all(), "gains fall"
    assert drawn.count("10<tspan") >= 2, "over three decades the axis is logarithmic"
    assert "Gains of 14 merges" in drawn


def test_many_merges_are_few_marks(planted):
    history = planted[0].history
    many = {f.name: np.repeat(getattr(history, f.name), 5000) for f in fields(history)}
    network = replace(planted[0], history=replace(history, **many), n_proto=70_006)
    assert len(merge_curve(network)) < 400_000


def test_no_merges_are_a_sentence(planted):
    history = planted[0].history
    none = replace(history, **{f.name: getattr(history, f.name)[:0] for f in fields(history)})
    assert "Nothing was merged" in merge_curve(replace(planted[0], history=none))


def test_the_gain_of_one_is_ten_to_the_nought(planted):
    history = planted[0].history
    gain = np.geomspace(200.0, 0.02, len(history))
    drawn = merge_curve(replace(planted[0], history=replace(history, gain=gain)))
    assert re.findall(r"10<tspan[^>]*>([^<]*)<", drawn) == ["-1", "0", "1", "2"]
