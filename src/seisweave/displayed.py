"""Records that can be looked at: in one line, as a table with a small figure in a notebook, as a figure.

What is said and drawn of a record is `seisweave.report`'s business, which knows every record and the plotting library;
no record may import it. So it is asked by its name when somebody looks, and not before: a catalog can be shown, and no
module of catalogs depends on figures.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DISPLAYS = "seisweave.report.notebook.display"


class Displayed:
    """A record that `seisweave.report.notebook` knows how to show; its dataclass is made with `repr=False`.

    >>> from seisweave.synthetic import southern_california_like
    >>> southern_california_like(seed=1, n_events=50).catalog
    <Catalog: 50 events, 2010-10-09 to 2019-09-26, M 2.0 to 5.0, depths 2.2 to 20.4 km, ...>
    """

    def __repr__(self) -> str:
        return import_module(_DISPLAYS).line(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: a table and a small figure; no script, all text escaped."""
        return import_module(_DISPLAYS).html(self)

    def plot(self, *given: Any, **choices: Any) -> Figure:
        """Draw it, as a matplotlib figure of its own, outside pyplot's state; `figure.savefig(path)` writes it.

        What may be given is the figure's: `title`; the catalog of an EtasModel, which it then describes; `days` and
        `magnitude` of an IssuedForecast; `magnitude` of a nowcast by place.

        Errors: InputError where matplotlib is not there, and for a window or magnitude that is not there.
        """
        return import_module(_DISPLAYS).figure(self, *given, **choices)
