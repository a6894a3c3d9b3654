"""Read a table with its own column names, see what was set aside, select, project, write.

Run: python examples/catalog_from_any_table.py
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import seisweave.catalog as swc

TABLE = """\
when;X;Y;depth;ML;err_h;err_z
1992-06-28 11:57:34.13;-116.437;34.200;0.97;7.3;0.4;0.9
1992-06-28 15:05:30.73;-116.827;34.203;3.6;6.3;0.3;0.8
1992-06-28 17:01:3x;-116.9;34.2;5.0;4.1;0.3;0.8
1992-06-29 14:08:38.00;-116.996;34.105;;5.4;0.5;
"""
NAMES = {"time": "when", "longitude": "X", "latitude": "Y", "horizontal_km": "err_h", "vertical_km": "err_z"}


def main() -> None:
    """Walk through the life of a small catalog."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "landers.txt"
        path.write_text(TABLE)
        catalog = swc.read_catalog(path, columns=NAMES)
        print(swc.summarize(catalog))

        located = catalog.select(min_magnitude=6.0).with_depth()
        projection = located.projection()
        print(f"\n{len(located)} events about {projection.longitude} {projection.latitude}, x y depth in km:")
        print(located.xyz_km(projection).round(2))

        written = swc.write_catalog(located, Path(folder) / "landers.parquet")
        again = swc.read_catalog(written.path)
        print(f"\n{written.n_events} events written as {written.format}, read back: {len(again)}")


if __name__ == "__main__":
    main()
