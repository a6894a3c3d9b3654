"""Which models are the rows of a table: those of the registry, and those that a user names as `module:NAME`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.studies.eqpred.models.registry import Model

OF_AUTOENCODERS = ("table2", "table3")  # nothing in them is nowcast
QUICK_EPOCHS, QUICK_PREDICTOR_EPOCHS = 3, 40


def models_of(name: str, protocol: str, add: Sequence[str], *, quick: bool, code: bool = False) -> list[Model]:
    """The rows of a table in a protocol, that of eq. 8 as printed if wanted, and those of the user.

    Errors: InputError for a table that the paper does not have, or that is of autoencoders where codes are wanted, and
    for what is not a model.

    >>> [model.name for model in models_of("table2", "paper", (), quick=False)]
    ['EQPRED', 'VAE']
    """
    from seisweave.studies.eqpred.models.registry import CODE, MODELS, TABLES, Model

    if name not in TABLES or "," in name:
        raise InputError(f"{name!r} is not a table of the paper; give table1, table2, table3 or table4")
    made = [MODELS[row] for row in TABLES.get(f"{name}, {protocol}", TABLES[name])]
    if code and name in OF_AUTOENCODERS:
        raise InputError(f"{name} is about autoencoders alone; leave --code out, or make table1 or table4")
    made += [MODELS[CODE]] if code else []
    for text in add:
        model = load_object(text)
        if not isinstance(model, Model):
            raise InputError(f"--add {text!r} is a {type(model).__name__}; give a Model, made by single() or joint()")
        made.append(model)
    return [_quick(model) for model in made] if quick else made


def load_object(text: str) -> Any:
    """What `module:NAME` names, also of a file in the current folder.

    Errors: InputError where there is none.

    >>> load_object("math:pi")
    3.14159...
    """
    module, colon, name = text.partition(":")
    if not (module and colon and name):
        raise InputError(f"{text!r} names nothing; write module:NAME, like mine:MODEL for MODEL in mine.py")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return getattr(import_module(module.removesuffix(".py")), name)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise InputError(f"{text!r} cannot be loaded ({error}); give module:NAME of a file in this folder") from None


def _quick(model: Model) -> Model:
    """The same with few epochs."""
    limits = {"single": QUICK_EPOCHS, "autoencoder": QUICK_EPOCHS, "predictor": QUICK_PREDICTOR_EPOCHS}
    made = {}
    for name, most in limits.items():
        part = getattr(model, name)
        if part is not None:
            made[name] = replace(part, training=replace(part.training, epochs=min(part.training.epochs, most)))
    return replace(model, **made)
