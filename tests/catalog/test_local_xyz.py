import gzip

import numpy as np
import pytest

from seisweave.catalog import read_local_xyz
from seisweave.errors import InputError


def test_landers(shared_data):
    path = shared_data / "landers_3360_xyz_km.csv"
    points = read_local_xyz(path, strict=True)
    assert len(points) == 3360
    np.testing.assert_array_equal(points.xyz_km, np.loadtxt(path, delimiter=",", skiprows=1))
    np.testing.assert_allclose(points.xyz_km.min(axis=0), [0, 0, 1.37], atol=0.06)
    np.testing.assert_allclose(points.xyz_km.max(axis=0), [55.2, 101.4, 27.0], atol=0.06)
    assert list(points.rows) == ["x_km", "y_km", "depth_km"]


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n-4,5.5,6e1\n",
        "1 2 3\n -4\t5.5   60\n",
        "# local\nx;y;z\n1;2;3\n\n-4;5.5;60\n",
        "X_km,Y_km,Depth_km\r\n1,2,3\r\n-4,5.5,60",
        "x y z\n1 2 3\n-4 5.5 60\n",
    ],
)
def test_headers_and_delimiters(tmp_path, text):
    path = tmp_path / "points"
    path.write_bytes(gzip.compress(text.encode()))
    assert read_local_xyz(path).xyz_km.tolist() == [[1, 2, 3], [-4, 5.5, 60]]


def test_other_columns_stay_with_their_rows_and_bad_rows_are_listed(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("name,z,x,y\na,3,1,2\nb,,1,2\nc,3,1\nd,60,-4,5.5\n")
    points = read_local_xyz(path)
    assert points.xyz_km.tolist() == [[1, 2, 3], [-4, 5.5, 60]]
    assert points.rows["name"].tolist() == ["a", "d"]
    assert [(row.line, row.reason) for row in points.rejected.rows] == [
        (3, "depth_km is missing"),
        (4, "wrong number of columns (not 4)"),
    ]
    with pytest.raises(InputError, match="2 rows cannot be used, first line 3"):
        read_local_xyz(path, strict=True)
