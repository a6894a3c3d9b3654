"""A small ETAS model as others may hand it over, made by hand, and the numbers of what is made with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import seisweave as sw
from seisweave.catalog import Provenance
from seisweave.errors import InputError
from seisweave.etas import Continuation, EtasModel, SimulateOptions, branching_ratio, simulate
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.features import Scale
from seisweave.etas.forms import full_form, standard_form
from seisweave.etas.magnitude_law import MagnitudeLaw
from seisweave.storage import write_summary
from tests.nowcast.worlds import make_catalog

_RNG = np.random.default_rng(3)
_CATALOG = make_catalog(_RNG.uniform(0, 60, 60), np.round(2.0 + _RNG.exponential(0.4, 60), 1))
_VALUES = {"productivity": -3.0, "magnitude": 1.0, "delay": -5.0, "tau": 6.0, "rho": -0.5, "uniform": -1.0}


def make_etas(folder: Path) -> None:
    """The folder of a fit whose numbers were chosen, not fitted."""
    form = full_form()
    value, standard = (
        {name: _VALUES.get(name.rpartition(".")[2], 0.1) for name in each.parameters()}
        for each in (form, standard_form())
    )
    domain = EtasDomain.of_box((-118.0, -117.0, 34.0, 35.0), 2.0, 0.1)
    law = MagnitudeLaw(2.0, 1.0, 8.0, 0.1)
    fitted_to = FittedTo(domain, "2000-01-10", "2000-03-01", law, provenance=Provenance("a.csv", "ab", "csv"))
    scales = {name: Scale(0.5, 1.5) for name in form.features}
    model = EtasModel(form, value, np.diag(np.full(len(value), 0.04)), standard, scales, -150.0, 50, 9, True, fitted_to)
    model.write(folder)
    pd.DataFrame({"parameter": list(value), "value": list(value.values())}).to_csv(
        folder / "parameters.csv", index=False
    )
    write_summary(folder, {"kind": "etas fit"})


def read_etas(folder: Path) -> dict[str, Any]:
    """All that the model says, what it says of events, and of those that come next."""
    model = sw.open_result(folder)
    if not isinstance(model, EtasModel):
        raise InputError("another record of ours, which is opened as what it is")
    told = {name: repr(value) for name, value in vars(model).items() if name not in ("covariance", "fitted_to")}
    assert model.fitted_to is not None
    told |= {name: repr(value) for name, value in vars(model.fitted_to).items() if name != "domain"}
    events = model.events(_CATALOG, "2000-01-10", "2000-02-10")
    setup = Continuation.of(model, events, model.fitted_to.magnitudes, model.domain.outline_km)
    coming = simulate(setup, SimulateOptions(1, max_events=50), jobs=1)
    return told | {
        "covariance": model.covariance,
        "corners": model.domain.corners,
        "area": np.array(model.domain.area_km2),
        "background": model.background_probability(events),
        "score": model.score(events).log_rate,
        "branching": np.array(branching_ratio(setup)),
        **{f"coming {name}": getattr(coming, name) for name in ("t_days", "x_km", "y_km", "magnitude")},
    }
