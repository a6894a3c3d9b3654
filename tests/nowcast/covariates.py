"""Worlds that follow a covariate, and the covariate as channels, without files."""

import numpy as np

from seisweave.nowcast.channels import Channel

DAY = np.timedelta64(1, "D")


def channel_of(world, name="strain"):
    """The covariate of each day, known at its end."""
    west, _, south, _ = world.options.box
    side, (rows, columns) = world.options.cell_deg, world.options.shape
    middles = south + side * (np.arange(rows) + 0.5), west + side * (np.arange(columns) + 0.5)
    return Channel(name, world.day, world.day + DAY, world.covariate.astype(np.float32), *middles)


def check_blind_to_later(fitted, world, nows):
    """What is said from an instant changes with what was known of the covariate by then, and with nothing later."""
    channel = channel_of(world)
    for now in nows:
        one = fitted.nowcast(world.catalog, now=now)
        other = fitted.with_channels([changed_from(channel, np.datetime64(now))]).nowcast(world.catalog, now=now)
        assert one.probability.tobytes() == other.probability.tobytes()
        past = changed_from(channel, np.datetime64(now) - np.timedelta64(3, "D"))
        past = fitted.with_channels([past]).nowcast(world.catalog, now=now)
        assert past.probability.tobytes() != one.probability.tobytes()


def changed_from(channel, now):
    """The same as far as it was known at an instant, and quite other values for what became known later."""
    values = channel.values.copy()
    late = channel.known_from > now
    values[late] = np.random.default_rng(9).normal(0.0, 50.0, values[late].shape)
    return Channel(channel.name, channel.begin, channel.known_from, values, channel.latitude, channel.longitude)
