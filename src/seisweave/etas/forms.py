"""The form of an ETAS model: its kernels and backgrounds, and the names and priors of its parameters.

Rate at time t (days) and place x (km), given the history H:

    lambda(t, x | H) = sum_b mu_b U_b(x | H) + sum_k sum_{t_j < t} g_kj (t - t_j) s_kj(x - x_j)

    g_kj(s) = K_kj (s + c_kj)^-(1+omega_k) exp(-s / tau_k)                                          1 / day
    s_kj(r) = rho_k / pi  Z_kj^rho_k (q_kj(r) + Z_kj)^-(1+rho_k)                                    1 / km²

q is the squared distance, or that of an ellipse of the same area along the strike of the source. log K, log c, log Z
and log e (the square of the ellipse's axes' ratio) are linear in *features* of the source, all of them known when it
happened. The standard form (Ogata 1998, Ann. Inst. Stat. Math. 50, 379-402; as in Mizrahi et al. 2021) has one kernel
whose K and Z depend on magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from seisweave.errors import InputError

UNIFORM = "uniform"
FAULT_SHAPE, FAULT_EFFECT = "fault_shape", "fault_effect"  # features of the fault that an event lies on
FEATURES = (
    "magnitude",
    "spacing",
    "shape",
    "rate",
    "total_rate",
    FAULT_SHAPE,
    FAULT_EFFECT,
)  # all that `describe` knows


@dataclass(frozen=True)
class KernelForm:
    """Which features the logarithms of a kernel's parameters depend on, beside a constant.

    >>> KernelForm("main", productivity=("magnitude",), width=("magnitude",)).parameters()[:3]
    ('main.productivity', 'main.productivity.magnitude', 'main.delay')
    """

    name: str
    productivity: tuple[str, ...] = ()
    delay: tuple[str, ...] = ()
    width: tuple[str, ...] = ()
    elongation: tuple[str, ...] | None = None  # None: round

    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters: constants and slopes, then omega, log tau and log rho."""
        names = []
        for part in ("productivity", "delay", "width"):
            names += [f"{self.name}.{part}", *(f"{self.name}.{part}.{feature}" for feature in getattr(self, part))]
        if self.elongation is not None:
            names += [f"{self.name}.elongation", *(f"{self.name}.elongation.{f}" for f in self.elongation)]
        return (*names, f"{self.name}.omega", f"{self.name}.tau", f"{self.name}.rho")

    @property
    def features(self) -> set[str]:
        """All features it uses."""
        return {*self.productivity, *self.delay, *self.width, *(self.elongation or ())}


@dataclass(frozen=True)
class EtasForm:
    """The kernels and the backgrounds of a model.

    >>> standard_form().parameters()[0], len(standard_form().parameters())
    ('background.uniform', 9)
    """

    kernels: tuple[KernelForm, ...]
    backgrounds: tuple[str, ...] = (UNIFORM,)

    def __post_init__(self) -> None:
        names = [kernel.name for kernel in self.kernels]
        if len(set(names)) < len(names) or len(set(self.backgrounds)) < len(self.backgrounds):
            raise InputError(f"kernels {names} and backgrounds {list(self.backgrounds)} need names of their own")

    def parameters(self) -> tuple[str, ...]:
        """Names of all parameters: the logarithms of the background rates (events a day), then those of the kernels."""
        names = [f"background.{name}" for name in self.backgrounds]
        return (*names, *(name for kernel in self.kernels for name in kernel.parameters()))

    @property
    def features(self) -> tuple[str, ...]:
        """All features the kernels use, in order."""
        return tuple(sorted(set().union(*(kernel.features for kernel in self.kernels))))

    def to_json(self) -> dict[str, Any]:
        """As JSON values; `of_json` reads them."""
        kernels = [
            {name: list(value) if isinstance(value, tuple) else value for name, value in vars(kernel).items()}
            for kernel in self.kernels
        ]
        return {"kernels": kernels, "backgrounds": list(self.backgrounds)}

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> EtasForm:
        """Of what `to_json` gave."""
        kernels = []
        for kernel in stored["kernels"]:
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in kernel.items()}
            kernels.append(KernelForm(**fields))
        return cls(tuple(kernels), tuple(stored["backgrounds"]))


_MEANINGS = {  # of what is behind the kernel's name, and whether it is a logarithm
    "productivity": ("K, of an event with features of 0", True),
    "delay": ("c, days", True),
    "width": ("Z, km²", True),
    "elongation": ("square of the ratio of axes", True),
    "omega": ("exponent of time less 1", False),
    "tau": ("taper of time, days", True),
    "rho": ("exponent of distance", True),
}


def meaning_of(name: str) -> tuple[str, bool]:
    """What a parameter is, and whether it is the logarithm of that.

    >>> meaning_of("main.delay"), meaning_of("main.width.magnitude")
    (('c, days', True), ('slope of log width on magnitude', False))
    """
    first, part, *feature = name.split(".", 2)
    if first == "background":
        return f"background rate ({name.removeprefix('background.')}), events a day", True
    if feature:
        return f"slope of log {part} on {feature[0]}", False
    return _MEANINGS[part]


def standard_form(backgrounds: tuple[str, ...] = (UNIFORM,)) -> EtasForm:
    """One kernel, its productivity and width growing with magnitude: the form of the EarthquakeNPP benchmark.

    Source: Ogata (1998), with the taper and the parameters of Mizrahi, Nandan & Wiemer (2021).

    >>> standard_form().features
    ('magnitude',)
    """
    return EtasForm((KernelForm("main", productivity=("magnitude",), width=("magnitude",)),), backgrounds)


SMOOTHED = ("smoothed-0.5", "smoothed-1", "smoothed-2")  # causal adaptive smoothing by widths of so many spacings
_MAIN = {
    "productivity": ("magnitude", "spacing", "rate", "total_rate"),
    "delay": ("magnitude",),
    "width": ("magnitude", "spacing"),
    "elongation": ("shape",),
}


def adaptive_form() -> EtasForm:
    """The standard form with widths that grow where seismicity is sparse, and a smoothed background beside the uniform.

    Source: the adaptive kernels of Helmstetter, Kagan & Jackson (2007), here of triggering too.

    >>> adaptive_form().features
    ('magnitude', 'spacing')
    """
    kernel = KernelForm("main", productivity=("magnitude", "spacing"), width=("magnitude", "spacing"))
    return EtasForm((kernel,), (UNIFORM, *SMOOTHED))


def full_form() -> EtasForm:
    """Two kernels and a slow one, productivity by the rate there and everywhere, ellipses along earlier events.

    >>> [kernel.name for kernel in full_form().kernels], len(full_form().parameters())
    (['main', 'second', 'slow'], 42)
    """
    slow = KernelForm("slow", productivity=("spacing",), width=("spacing",))
    return EtasForm((KernelForm("main", **_MAIN), KernelForm("second", **_MAIN), slow), (UNIFORM, *SMOOTHED))


def along_faults(form: EtasForm) -> EtasForm:
    """The form with its kernels drawn out along the fault of the source instead of its earlier neighbours.

    >>> along_faults(standard_form()).kernels[0].elongation
    ('fault_shape',)
    """
    kernels = [each if each.name == "slow" else replace(each, elongation=(FAULT_SHAPE,)) for each in form.kernels]
    return replace(form, kernels=tuple(kernels))


def by_fault(form: EtasForm) -> EtasForm:
    """The form with productivity by the fault of the source too.

    >>> by_fault(standard_form()).kernels[0].productivity
    ('magnitude', 'fault_effect')
    """
    kernels = [
        each if each.name == "slow" else replace(each, productivity=(*each.productivity, FAULT_EFFECT))
        for each in form.kernels
    ]
    return replace(form, kernels=tuple(kernels))
