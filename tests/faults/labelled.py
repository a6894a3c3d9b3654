"""Networks made by hand from events and the fault of each."""

import numpy as np
from tests.faults.by_hand import one_fault_a_segment

from seisweave.catalog import Catalog
from seisweave.catalog.projection import LocalProjection
from seisweave.faults.export import network_events
from seisweave.faults.history import MergeHistory
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.gaussians.mixture import Mixture

HERE = LocalProjection(longitude=-116.5, latitude=34.2)
START = np.datetime64("2010-01-01T00:00:00", "us")


def planes_of_events(centres_km, strikes_deg, dips_deg, n_each=60, seed=0):
    """Hypocentres on upright or dipping rectangles of 10 by 6 km, 0.1 km thick, and the plane of each."""
    rng = np.random.default_rng(seed)
    points = []
    for centre, strike, dip in zip(centres_km, np.radians(strikes_deg), np.radians(dips_deg), strict=True):
        along = np.array([np.sin(strike), np.cos(strike), 0.0])
        down = np.array([np.cos(strike) * np.cos(dip), -np.sin(strike) * np.cos(dip), np.sin(dip)])
        local = rng.uniform(-1, 1, (n_each, 2)) * (5.0, 3.0)
        across = 0.1 * rng.standard_normal((n_each, 1)) * np.cross(along, down)
        points.append(np.asarray(centre) + local[:, :1] * along + local[:, 1:] * down + across)
    return np.concatenate(points), np.repeat(np.arange(len(points)), n_each)


def catalog_of(xyz_km, projection=HERE, ids=None, times=None):
    """Their catalog, an event an hour."""
    n = len(xyz_km)
    longitude, latitude = projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
    return Catalog(
        times=START + np.arange(n) * np.timedelta64(3600, "s") if times is None else times,
        longitude=longitude,
        latitude=latitude,
        depth_km=xyz_km[:, 2],
        magnitude=np.full(n, 2.0),
        ids=np.array([f"ci{1000 + k}" for k in range(n)]) if ids is None else ids,
    )


def network_of(xyz_km, label, projection=HERE, **catalog):
    """A network whose faults are the moments of their events; local points without a projection."""
    g, n = int(label.max(initial=-1)) + 1, len(label)
    mixture = Mixture(
        weight=np.array([0.9 * (label == k).mean() for k in range(g)]),
        mean_km=np.array([xyz_km[label == k].mean(axis=0) for k in range(g)]).reshape(g, 3),
        covariance_km2=np.array([np.cov(xyz_km[label == k].T) for k in range(g)]).reshape(g, 3, 3),
        box_weight=np.array([0.1]),
        box_centre_km=xyz_km.mean(axis=0)[None],
        box_axes=np.eye(3)[None],
        box_half_km=np.full((1, 3), 60.0),
    )
    part, nothing = np.where(label < 0, g, label), np.zeros(0, int)
    return FaultNetwork(
        mixture=mixture,
        part=part,
        responsibility=np.ones(n),
        bic=1.0,
        log_likelihood=-1.0,
        n_proto=g,
        history=MergeHistory(nothing, nothing, nothing, nothing, nothing, np.zeros(0)),
        faults=one_fault_a_segment(mixture, part),
        options=FaultOptions(),
        projection=projection,
        source=xyz_km if projection is None else catalog_of(xyz_km, projection, **catalog),
    )


def write_bare(network, folder):
    """The network and its events, without the picture and the tables of a whole result folder."""
    folder.mkdir()
    network.write(folder / "network.nc")
    network_events(network).to_parquet(folder / "events.parquet")
    return folder
