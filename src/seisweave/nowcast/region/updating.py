"""A region's nowcaster goes on training with the days that have come since, from the weights it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from seisweave.catalog.instants import in_short
from seisweave.errors import InputError
from seisweave.nowcast.devices import accelerator_here
from seisweave.nowcast.region.fitting import Past, Work, fit_model
from seisweave.nowcast.region.model import TrainedNetworks
from seisweave.nowcast.region.observed import Observed
from seisweave.nowcast.step_words import step_words
from seisweave.progress import Progress


def updated_model(
    model: TrainedNetworks, observed: Observed, *, epochs: int, progress: Progress | None
) -> TrainedNetworks:
    """The model after all steps that were observed: the last, as many as before, validate; those before train.

    Errors: InputError without new steps.
    """
    fitted, settings = model.fitted, model.settings
    end, known = observed.steps.start[-1] + observed.steps.step, fitted.known_until
    if end <= known:
        raise InputError(
            f"the catalog ends on {in_short(end)}, the model knows all until {in_short(known)}; give one with newer"
            f" {step_words(settings.maps.step).many}"
        )
    number, n, training = np.arange(len(observed)), len(observed), settings.training
    validation = (number >= n - fitted.n_validation) & observed.steps.observed
    train = (number < n - fitted.n_validation - settings.embargo) & observed.steps.observed
    fewer = replace(
        settings,
        training=replace(
            training,
            epochs=min(epochs, training.epochs),
            accelerator=accelerator_here(training.accelerator, training.devices),
        ),
        temporal=replace(settings.temporal, temporal_epochs=min(5 * epochs, settings.temporal.temporal_epochs)),
    )
    made = fit_model(fewer, Past(observed, train, validation, end), Work(progress=progress), before=model)
    return replace(made, settings=settings)
