"""The page of today: what forecasts on record say now, for people who must decide.

Nothing here loads a plotting library: all drawings are SVG in the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.lazy import lazy_names

if TYPE_CHECKING:
    from seisweave.report.today.options import TodayOptions
    from seisweave.report.today.page import write_today

__all__ = ["TodayOptions", "write_today"]

__getattr__ = lazy_names(__name__, {"TodayOptions": "options", "write_today": "page"})
