"""Plates of a network beside mapped faults: how near, how parallel, and how much of that is chance.

    python benchmarks/mapped_faults.py NETWORK.nc SURFACES.tar.gz

SURFACES holds triangulated faults as GOCAD TSurf files in UTM zone 11N metres, NAD27 (the Community Fault Model; Plesch
et al. 2007). Each plate is asked at 35 points for the nearest triangle of a mapped surface (its centre) and the normal
there; it *agrees* when the median distance is below 2 km and the median angle below 30°. Chance: the same plates turned
about the vertical and moved by up to 30 km, ten times. Segments are asked in the same way, by the plates of their
Gaussians.
"""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

import numpy as np
from pyproj import Transformer
from scipy.spatial import KDTree

from machine import machine
from seisweave.faults.network import FaultNetwork, open_network

NEAR_KM, PARALLEL_DEG = 2.0, 30.0
THIN_KM, THIN = 2.0, 0.3  # planes: thinner than 2 km and than 0.3 of the width


def main() -> None:
    """Print a table of segments and faults."""
    network, surfaces = open_network(sys.argv[1]), read_surfaces(Path(sys.argv[2]), open_network(sys.argv[1]))
    print(machine())
    print("| level | of them | share of events | agree | of their events | angle, median | chance |")
    print("|---|---|---|---|---|---|---|")
    levels = (
        ("segments", network.segment_planes, network.events_per_segment),
        ("faults", network.planes, network.events_per_fault),
    )
    for name, planes, events in levels:
        shorter = np.minimum(planes.length_km, planes.width_km)
        plane = (planes.thickness_km < THIN_KM) & (planes.thickness_km < THIN * shorter)
        for what, chosen in (
            ("all", planes.thickness_km < 1e9),
            ("planes", plane),
            ("steep planes (dip > 60°)", plane & (planes.dip_deg > 60.0)),
            ("steep planes of 200 events and more", plane & (planes.dip_deg > 60.0) & (events >= 200)),
        ):
            print_row(f"{name}: {what}", planes.corners_km[chosen], events[chosen], network.n_events, surfaces)


def print_row(name: str, corners: np.ndarray, events: np.ndarray, n: int, surfaces: tuple[KDTree, np.ndarray]) -> None:
    """One row of the table."""
    if not len(corners):
        print(f"| {name} | 0 | | | | | |")
        return
    distance, angle = compare(corners, surfaces)
    agree = (distance < NEAR_KM) & (angle < PARALLEL_DEG)
    rng, by_chance = np.random.default_rng(1), []
    for _ in range(10):
        d, a = compare(moved(corners, rng), surfaces)
        by_chance.append(((d < NEAR_KM) & (a < PARALLEL_DEG)).mean())
    print(
        f"| {name} | {len(corners)} | {events.sum() / n:.1%} | {agree.mean():.1%} |"
        f" {events[agree].sum() / events.sum():.1%} | {np.median(angle):.0f}° | {np.mean(by_chance):.1%} |"
    )


def compare(corners: np.ndarray, surfaces: tuple[KDTree, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Median distance (km) and angle between normals (degrees) of each plate from the nearest mapped surface."""
    tree, normals = surfaces
    u, v = np.meshgrid(np.linspace(0.07, 0.93, 7), np.linspace(0.1, 0.9, 5))
    along, down = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    points = corners[:, :1] + u.ravel()[None, :, None] * along[:, None] + v.ravel()[None, :, None] * down[:, None]
    distance, nearest = tree.query(points.reshape(-1, 3))
    own = np.cross(along, down)
    own /= np.linalg.norm(own, axis=1)[:, None]
    cosine = np.abs(np.einsum("fka,fa->fk", normals[nearest].reshape(*points.shape), own))
    angle = np.degrees(np.arccos(np.clip(cosine, 0.0, 1.0)))
    return np.median(distance.reshape(points.shape[:2]), axis=1), np.median(angle, axis=1)


def moved(corners: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The plates turned about the vertical through their centres, and moved by up to 30 km each way."""
    turn, centre = 2.0 * np.pi * rng.random(len(corners)), corners.mean(axis=1, keepdims=True)
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y = (corners - centre)[..., 0], (corners - centre)[..., 1]
    turned = np.stack([cosine * x - sine * y, sine * x + cosine * y, (corners - centre)[..., 2]], axis=-1)
    shift = np.concatenate([rng.uniform(-30.0, 30.0, (len(corners), 2)), np.zeros((len(corners), 1))], axis=1)
    return turned + centre + shift[:, None]


def read_surfaces(path: Path, network: FaultNetwork) -> tuple[KDTree, np.ndarray]:
    """Centres of all triangles in the network's local km, as a tree, and their unit normals."""
    assert network.projection is not None
    to_degrees = Transformer.from_crs("EPSG:26711", "EPSG:4326", always_xy=True)
    centres, normals = [], []
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member) if member.name.endswith(".ts") else None
            if file is None:
                continue
            vertex, triangles = {}, []
            for line in file.read().decode("latin-1").splitlines():
                word = line.split()
                if line.startswith(("VRTX", "PVRTX")):
                    vertex[word[1]] = [float(value) for value in word[2:5]]
                elif line.startswith("TRGL"):
                    triangles.append(word[1:4])
            metres = np.array(list(vertex.values()))
            number = {name: k for k, name in enumerate(vertex)}
            x, y = network.projection.to_local(*to_degrees.transform(metres[:, 0], metres[:, 1]))
            place = np.column_stack([x, y, -metres[:, 2] / 1000.0])
            corner = place[np.array([[number[name] for name in row] for row in triangles])]
            normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
            length = np.linalg.norm(normal, axis=1)
            centres.append(corner.mean(axis=1)[length > 0])
            normals.append(normal[length > 0] / length[length > 0, None])
    return KDTree(np.concatenate(centres)), np.concatenate(normals)


if __name__ == "__main__":
    main()
