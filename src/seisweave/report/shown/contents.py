"""The contents of a page of several sections, with links."""

from __future__ import annotations

from collections.abc import Sequence

from seisweave.report.markup import text
from seisweave.report.shown.made import Part


def contents(parts: Sequence[Part]) -> str:
    """A list of the sections, in their order.

    >>> contents([Part("a", "Forecast: <b>", "")]).partition("</h2>")[2]
    '<ol><li><a href="#a">Forecast: &lt;b&gt;</a></li></ol></nav>'
    """
    links = "".join(f'<li><a href="#{part.anchor}">{text(part.title)}</a></li>' for part in parts)
    return f'<nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{links}</ol></nav>'
