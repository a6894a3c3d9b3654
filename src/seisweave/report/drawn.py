"""Figures as a page carries them: shown as PNG, saved as PNG or as SVG, by buttons below."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.report.markup import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 100
_MOST_MARKS = 200  # of a scatter that an SVG draws one by one; more are an image in it
_MOST_BYTES = 500_000  # of an SVG, compressed, that a page carries
_SAME_BYTES: dict[Any, Any] = {"svg.hashsalt": "seisweave", "svg.fonttype": "path"}


@dataclass(frozen=True)
class Drawn:
    """A figure as files: PNG, and SVG (empty: there is none)."""

    png: bytes
    svg: bytes = b""


def drawn(draw: Callable[[], Figure | None]) -> Drawn | None:
    """The figure that a function draws, as PNG and SVG; None where it draws none.

    The same figure gives the same bytes. A scatter of more than 200 marks is an image within the SVG.

    >>> from matplotlib.figure import Figure
    >>> made = drawn(Figure)
    >>> made.png[1:4], made.svg.startswith(b"<?xml"), drawn(Figure) == made, drawn(lambda: None)
    (b'PNG', True, True, None)
    """
    figure, png = draw(), BytesIO()
    if figure is None:
        return None
    figure.savefig(png, format="png", dpi=_DPI)
    return Drawn(png.getvalue(), as_svg(figure))


def as_svg(figure: Figure) -> bytes:
    """A figure that has been drawn as SVG: what is dense is an image in it."""
    import matplotlib as mpl
    from matplotlib.collections import PathCollection

    svg = BytesIO()
    figure.set_layout_engine("none")  # it is laid out already
    for marks in figure.findobj(PathCollection):
        marks.set_rasterized(len(np.asarray(marks.get_offsets())) > _MOST_MARKS)
    with mpl.rc_context(_SAME_BYTES):
        figure.savefig(svg, format="svg", dpi=_DPI, metadata={"Date": None})
    return svg.getvalue()


@dataclass(frozen=True)
class Named:
    """A picture's place in the page (unique), what its files are called without their endings, both in plain letters.

    `lone` is why there is no SVG of it, in words; empty where nobody would look for one.
    """

    place: str
    file: str
    lone: str = ""


def picture(image: Drawn, alt: str, caption: str, named: Named) -> str:
    """Lay out a picture with buttons that save it as PNG and, where there is one that is not too large, as SVG.

    Words are plain, and escaped here.
    """
    shown = b64encode(image.png).decode("ascii")
    return (
        f'<figure><img alt="{text(alt)}" src="data:image/png;base64,{shown}">'
        f'<figcaption class="saved"><span>{text(caption)}</span><span class="saves"><button type="button" hidden'
        f' data-picture-name="{text(named.file)}.png" aria-label="Save this picture as PNG">PNG</button>'
        f"{_svg(image.svg, named)}</span></figcaption></figure>"
    )


def _svg(svg: bytes, named: Named) -> str:
    """The button for an SVG, and the file it saves; words where there is none."""
    packed = gzip.compress(svg, 6, mtime=0) if svg else b""
    if not packed or len(packed) > _MOST_BYTES:
        lone = f"SVG of {len(packed) / 1e6:.1f} MB, too large for a page" if packed else named.lone
        return f'<span class="note">{text(lone)}</span>' if lone else ""
    place, encoded = text(f"{named.place}.svg"), b64encode(packed).decode("ascii")
    return (
        f'<button type="button" hidden data-save="{place}" data-name="{text(named.file)}.svg"'
        f' aria-label="Save this picture as SVG">SVG</button>'
        f'<script type="application/base64" id="{place}">{encoded}</script>'
    )


def drawing_saves(place: str, file: str) -> str:
    """Buttons that save an SVG within the page, whose id is `place`, as it is shown."""
    buttons = "".join(
        f'<button type="button" hidden data-drawing="{kind}" data-of="{text(place)}" data-name="{text(file)}.{kind}"'
        f' aria-label="Save this drawing as {kind.upper()}">{kind.upper()}</button>'
        for kind in ("png", "svg")
    )
    return f'<p class="saves">{buttons}</p>'


def plain_name(words: str) -> str:
    """What a saved file may be called: nothing but letters, digits, dots, dashes and underscores.

    >>> plain_name("<b>Ridge crest</b>")
    '-b-Ridge-crest--b-'
    """
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in words)
