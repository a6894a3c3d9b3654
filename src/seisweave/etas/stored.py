"""An ETAS model on disk: one model.json, every number of which is looked at before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.instants import time_of
from seisweave.catalog.provenance import Provenance
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.features import Scale
from seisweave.etas.forms import (
    FAULT_EFFECT,
    FAULT_SHAPE,
    FEATURES,
    SMOOTHED,
    UNIFORM,
    EtasForm,
    KernelForm,
    standard_form,
)
from seisweave.etas.incompleteness import ShortTerm
from seisweave.etas.magnitude_law import MagnitudeLaw
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.options import EtasOptions
from seisweave.stored_arrays import LARGEST, LEAST, Rule, checked
from seisweave.stored_files import refused
from seisweave.stored_json import record_of, value_of
from seisweave.stored_models import MODEL, ModelKind, check_digest, read_model_json, write_model_json

KIND = ModelKind("seisweave ETAS", 1, "etas fit CATALOG --out DIR")
_LARGEST = 60.0  # of a parameter: most are logarithms
_LARGEST_MEAN = 1e3  # of a feature: a magnitude or a logarithm


def write_etas(parts: Mapping[str, Any], folder: Path) -> Path:
    """Write the fields of an `EtasModel` as model.json into a folder, which is made if missing."""
    from seisweave.version import __version__

    folder.mkdir(parents=True, exist_ok=True)
    content = {"kind": KIND.kind, "format": KIND.format, "version": __version__, **etas_as_json(parts)}
    write_model_json(content, folder, [])
    return folder


def etas_as_json(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an `EtasModel` as JSON values; `etas_of_json` reads them."""
    fitted: FittedTo = parts["fitted_to"]
    domain = fitted.domain
    return {
        "form": parts["form"].to_json(),
        "value": dict(parts["value"]),
        "covariance": parts["covariance"].tolist(),
        "standard": dict(parts["standard"]),
        "scales": {name: asdict(scale) for name, scale in parts["scales"].items()},
        "log_likelihood": parts["log_likelihood"],
        "n_targets": parts["n_targets"],
        "steps": parts["steps"],
        "converged": parts["converged"],
        "domain": {
            "corners": domain.corners.tolist(),
            "min_magnitude": domain.min_magnitude,
            "bin_width": domain.bin_width,
            **({} if domain.short is None else {"short": asdict(domain.short)}),
        },
        "magnitudes": asdict(fitted.magnitudes),
        "start": fitted.start,
        "end": fitted.end,
        "options": asdict(fitted.options),
        "provenance": asdict(fitted.provenance),
        "mixture": _told_mixture(parts["mixture"]),
    }


def read_etas(folder: Path) -> dict[str, Any]:
    """Read the fields of the `EtasModel` that `write_etas` wrote.

    Errors: InputError with one line for a folder without a model, with one of another kind, or a damaged one.
    """
    content = read_model_json(folder, KIND)
    check_digest(content, folder / MODEL)
    try:
        return etas_of_json(content)
    except Exception as error:
        raise refused(folder / MODEL, error, "fit the model again") from None


def etas_of_json(content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an `EtasModel` from what `etas_as_json` gave. Errors: ValueError for what cannot be one of them."""
    form = _form(content["form"])
    names = form.parameters()
    first, last = (value_of(str, content[name], name) for name in ("start", "end"))
    if time_of("start", first) >= time_of("end", last):
        raise ValueError(f"start {first} is not before end {last}")
    numbers = {name: value_of(int, content[name], name) for name in ("n_targets", "steps")}
    if min(numbers.values()) < 1:
        raise ValueError(f"a fit of {numbers['n_targets']} targets in {numbers['steps']} steps")
    covariance = checked("covariance", np.array(content["covariance"]) + 0.0, Rule(()))
    if covariance.shape != (len(names), len(names)) or not (np.diag(covariance) >= 0).all():
        raise ValueError(f"a covariance of shape {covariance.shape}, or of negative squares")
    scales = {name: record_of(Scale, scale) for name, scale in content["scales"].items()}
    if not set(form.features) <= set(scales) or not all(map(_usable, scales.values())):
        raise ValueError(f"scales of {', '.join(scales)[:60]}")
    fitted_to = FittedTo(
        _domain(content["domain"]), first, last, record_of(MagnitudeLaw, content["magnitudes"]),
        record_of(EtasOptions, content["options"]), Provenance.of_json(content["provenance"]),
    )  # fmt: skip
    if fitted_to.magnitudes.min_magnitude != fitted_to.domain.min_magnitude:
        raise ValueError(f"magnitudes from {fitted_to.magnitudes.min_magnitude:g} on")
    return dict(
        form=form,
        value=_values(content["value"], names),
        covariance=covariance,
        standard=_values(content["standard"], standard_form().parameters()),
        scales=scales,
        log_likelihood=value_of(float, content["log_likelihood"], "log_likelihood"),
        converged=value_of(bool, content["converged"], "converged"),
        mixture=_mixture(content.get("mixture"), form),
        fitted_to=fitted_to,
        **numbers,
    )


def _usable(scale: Scale) -> bool:
    """Whether values of any feature are numbers of a sound size in it."""
    return abs(scale.mean) <= _LARGEST_MEAN and LEAST <= scale.sd <= LARGEST


def _told_mixture(mixture: PlaneMixture | None) -> dict[str, Any] | None:
    if mixture is None:
        return None
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in vars(mixture).items()}


def _mixture(content: Mapping[str, Any] | None, form: EtasForm) -> PlaneMixture | None:
    """The mixture that the form's backgrounds ask for."""
    wanted, of_faults = set(form.backgrounds) - {UNIFORM, *SMOOTHED}, set(form.features) & {FAULT_SHAPE, FAULT_EFFECT}
    if content is None:
        if wanted or of_faults:
            raise ValueError(f"no mixture for {', '.join(sorted(wanted | of_faults))[:60]}")
        return None
    n = len(content["weight"])
    arrays = {}
    for name, shape in (("weight", (n,)), ("mean_km", (n, 2)), ("covariance_km2", (n, 2, 2))):
        arrays[name] = checked(name, np.array(content[name]) + 0.0, Rule((), 0.0 if name == "weight" else -LARGEST))
        if arrays[name].shape != shape:
            raise ValueError(f"{name} of {n} Gaussians has the shape {arrays[name].shape}")
    checked("covariance_km2", arrays["covariance_km2"], Rule((), form="covariance"))
    group, effect = content.get("group"), content.get("effect")
    mixture = PlaneMixture(
        **arrays,
        effect=None if effect is None else checked("effect", np.array(effect) + 0.0, Rule((), -_LARGEST, _LARGEST)),
        group=None if group is None else checked("group", np.array(group), Rule((), 0, whole=True)),
        unit_km=value_of(float, content["unit_km"], "unit_km"),
        kind=value_of(str, content["kind"], "kind"),
    )
    if not wanted <= set(mixture.names):
        raise ValueError(f"backgrounds {', '.join(sorted(wanted))[:60]} of a mixture of {mixture.kind[:20]}")
    return mixture


def _form(content: Mapping[str, Any]) -> EtasForm:
    if set(content) != {"kernels", "backgrounds"} or not 1 <= len(content["kernels"]) <= 9:
        raise ValueError("a form without kernels, or of more than nine")
    kernels = tuple(record_of(KernelForm, kernel) for kernel in content["kernels"])
    form = EtasForm(kernels, value_of(tuple[str, ...], content["backgrounds"], "backgrounds"))
    unknown = set(form.features) - set(FEATURES)
    if unknown or not form.backgrounds:
        raise ValueError(f"features {', '.join(sorted(unknown))[:60]}" if unknown else "a form without backgrounds")
    return form


def _values(content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    if set(content) != set(names):
        raise ValueError(f"parameters {', '.join(sorted(content))[:60]}")
    found = {name: value_of(float, content[name], name) for name in names}
    for name, value in found.items():
        if not abs(value) <= _LARGEST:
            raise ValueError(f"{name} is {value:g}, wanted are numbers from {-_LARGEST:g} to {_LARGEST:g}")
    return found


def _domain(content: Mapping[str, Any]) -> EtasDomain:
    corners = np.array(content["corners"]) + 0.0
    if corners.ndim != 2 or corners.shape[1] != 2 or not 3 <= len(corners) <= 100_000:
        raise ValueError(f"corners of shape {corners.shape}")
    checked("longitude of the region", corners[:, 0], Rule((), -360.0, 720.0))
    checked("latitude of the region", corners[:, 1], Rule((), -90.0, 90.0))
    magnitude, width = (value_of(float, content[name], name) for name in ("min_magnitude", "bin_width"))
    if not (-10.0 < magnitude < 10.0 and 0.0 <= width <= 1.0):
        raise ValueError(f"magnitudes from {magnitude:g} on in steps of {width:g}")
    short = content.get("short")
    return EtasDomain(corners, magnitude, width, None if short is None else record_of(ShortTerm, short))
