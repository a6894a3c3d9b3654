"""Figures on a page: PNG to look at, both to save; equal bytes, dense marks as an image, words escaped, no giants."""

import gzip
import re
from base64 import b64decode
from functools import partial
from xml.etree import ElementTree

import numpy as np
from matplotlib.figure import Figure
from tests.report.conftest import HOSTILE, PIXEL

from seisweave.report import drawn as under_test
from seisweave.report.drawn import Drawn, Named, drawing_saves, drawn, picture, plain_name

MARK = "{http://www.w3.org/2000/svg}use"
IMAGE = "{http://www.w3.org/2000/svg}image"


def dots(n: int, title: str = "") -> Figure:
    figure = Figure((2, 2))
    axes = figure.add_subplot()
    axes.scatter(*np.random.default_rng(1).random((2, n)))
    axes.set_title(title)
    axes.set_axis_off()
    return figure


def test_few_marks_are_shapes_and_many_an_image():
    for n, images in ((200, 0), (201, 1)):
        root = ElementTree.fromstring(drawn(partial(dots, n)).svg)
        assert len(list(root.iter(IMAGE))) == images
        assert len(list(root.iter(MARK))) == (0 if images else n)
    assert len(drawn(partial(dots, 50_000)).svg) < 100_000


def test_equal_figures_are_equal_bytes():
    assert drawn(partial(dots, 300)) == drawn(partial(dots, 300))
    assert b"<dc:date>" not in drawn(partial(dots, 3)).svg


def test_words_of_others_stay_words():
    made = drawn(partial(dots, 3, HOSTILE + " --> <b>"))
    root = ElementTree.fromstring(made.svg)
    assert {each.tag.rpartition("}")[2] for each in root.iter()}.isdisjoint({"script", "img", "b"})
    laid = picture(made, HOSTILE, HOSTILE, Named("one", plain_name(HOSTILE)))
    assert HOSTILE not in laid
    assert laid.count("<script") == 1
    assert re.findall(r'data-(?:picture-)?name="([^"]*)"', laid) == [
        f"{plain_name(HOSTILE)}.{k}" for k in ("png", "svg")
    ]
    inside = re.search(r'id="one\.svg">([^<]*)</script>', laid)
    assert gzip.decompress(b64decode(inside[1])) == made.svg


def test_what_is_too_large_is_left_out_and_said(monkeypatch):
    named = Named("one", "one", "drawn elsewhere")
    svg = np.random.default_rng(1).bytes(60_000)
    monkeypatch.setattr(under_test, "_MOST_BYTES", 50_000)
    laid = picture(Drawn(PIXEL, svg), "What is seen", "Caption", named)
    assert "SVG of 0.1 MB, too large for a page" in laid
    assert "data-save" not in laid
    assert "drawn elsewhere" in picture(Drawn(PIXEL), "What is seen", "Caption", named)
    assert 'class="note"' not in picture(Drawn(PIXEL), "What is seen", "Caption", Named("one", "one"))


def test_a_drawing_of_the_page_has_both_buttons():
    laid = drawing_saves("place", "file")
    assert re.findall(r'data-drawing="(\w+)" data-of="place" data-name="([^"]+)"', laid) == [
        ("png", "file.png"),
        ("svg", "file.svg"),
    ]
