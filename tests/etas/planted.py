"""A small ETAS model whose parameters are known, for tests of what is made from one."""

from math import log

import numpy as np

from seisweave.etas import EtasDomain, EtasModel, FittedTo, MagnitudeLaw, standard_form
from seisweave.etas.features import Scale

BOX = (-118.0, -116.0, 33.0, 35.0)
LAW = MagnitudeLaw(3.0, b=1.0, corner_magnitude=7.0, bin_width=0.01)
VALUE = {
    "background.uniform": log(0.6),
    "main.productivity": -3.7,
    "main.productivity.magnitude": 1.3,
    "main.delay": log(0.004),
    "main.width": log(3.0),
    "main.width.magnitude": 0.8,
    "main.omega": 0.1,
    "main.tau": log(2000.0),
    "main.rho": log(0.7),
}


def model_of(form=None, law=LAW, box=BOX, span=("2000-01-01", "2010-01-01"), **changed):
    """As if fitted to events of a box and span; `changed` by the names of parameters."""
    form, known = form or standard_form(), VALUE | changed
    fitted_to = FittedTo(EtasDomain.of_box(box, law.min_magnitude, law.bin_width), *span, law)
    scales = {name: Scale(0.0, 1.0) for name in form.features}
    value = {name: known[name] for name in form.parameters()}
    return EtasModel(form, value, np.eye(len(value)), known, scales, 0.0, 1, 1, True, fitted_to)
