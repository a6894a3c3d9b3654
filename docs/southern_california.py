"""Reconstruct all of Southern California four times, and draw the four networks (docs/southern-california.md).

    python docs/southern_california.py CATALOG [--traces FILE] [--keep out/southern-california] [--jobs N]

CATALOG is the SCEDC catalog, in any form `seisweave` reads; its good hypocentres of 1990-2019 are taken. With --traces
(longitude and latitude in two columns, lines apart by ">", as the SCEC Community Fault Model has them) mapped faults
are drawn over the networks. Networks are kept; a second run only draws. Prints the table of the page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import seisweave as sw
from seisweave.studies import figure11

PICTURE = Path(__file__).parent / "pictures" / "southern_california.png"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--traces", type=Path)
    parser.add_argument("--keep", type=Path, default=Path("out/southern-california"))
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    catalog = figure11.good_hypocentres(sw.read_catalog(options.catalog))
    for case in figure11.CASES:
        if not figure11.path_of_network(case, options.keep).exists():
            network = figure11.kept_network(catalog, case, options.keep, jobs=options.jobs)
            print(f"{case.criterion}, {case.subsets} subsets: {sum(network.seconds.values()):.1f} s", flush=True)
    traces = [] if options.traces is None else figure11.read_traces(options.traces)
    made = figure11.make_figure11(catalog, traces=traces, keep=options.keep)
    there = made.near_oceanside.sum()
    print(f"\n{len(catalog):,} hypocentres, {there} of them within {figure11.WITHIN_KM:g} km of Oceanside's\n")
    print(made.markdown(), end="")
    made.figure().savefig(PICTURE, dpi=90)
    print(f"\npicture: {PICTURE}")


if __name__ == "__main__":
    main()
