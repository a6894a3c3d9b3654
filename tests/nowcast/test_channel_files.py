"""Channels of files: as CF says, from known_from on; what is none, or is damaged, is refused in one line."""

from contextlib import suppress

import numpy as np
import pytest
import xarray as xr

from seisweave.errors import InputError
from seisweave.nowcast.channel_files import read_channel, read_channels
from seisweave.nowcast.maps import MapOptions

TIME = np.datetime64("2020-01-01", "ns") + np.arange(3) * np.timedelta64(10, "D")
MAPS = MapOptions(box=(-118.0, -116.0, 33.0, 35.0), cell_deg=1.0)


def write(path, data, **encoding):
    data.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    return path


def field(latitude="latitude", longitude="longitude", dims=("time", "latitude", "longitude"), lons=(-117.5, -116.5)):
    """A value of each of three times at four places: 100 t + 10 row + column."""
    values = 100.0 * np.arange(3)[:, None, None] + 10.0 * np.arange(2)[:, None] + np.arange(2.0)
    given = xr.DataArray(values, dims=("time", "latitude", "longitude"), name="strain").transpose(*dims)
    made = given.to_dataset().assign_coords(time=TIME, latitude=[33.5, 34.5], longitude=list(lons))
    made["latitude"].attrs["units"], made["longitude"].attrs["units"] = "degrees_north", "degrees_east"
    return made.rename({"latitude": latitude, "longitude": longitude})


WANTED = np.array([[[100 * t + 10 * r + c for c in range(2)] for r in range(2)] for t in range(3)], np.float32)


@pytest.mark.parametrize(
    "made",
    [
        field(),
        field("lat", "lon"),
        field("y", "x"),
        field(dims=("latitude", "time", "longitude")),
        field(lons=(242.5, 243.5)),
        field().isel(latitude=[1, 0]),
        field().assign(other=("time", [1.0, 2.0, 3.0])),
    ],
    ids=["plain", "short names", "by units", "another order", "0 to 360", "from the north", "beside another"],
)
def test_maps_are_read_by_the_conventions(made, tmp_path):
    channel = read_channel(write(tmp_path / "a.nc", made), "strain")
    assert np.allclose(channel.cells(MAPS), WANTED, atol=1e-4)
    assert (channel.spatial, channel.stated) == (True, False)
    assert (channel.known_from == TIME.astype("datetime64[us]") + np.timedelta64(10, "D")).all()
    assert "taken as known at the end of the time each is of" in channel.note()


def test_a_grid_across_the_date_line_ends_where_it_ends(tmp_path):
    made = field(lons=(-179.5, 179.5))  # of Fiji, as it comes: the first place is east of the second
    channel = read_channel(write(tmp_path / "a.nc", made), "strain")
    assert channel.longitude.tolist() == [179.5, 180.5]
    there = MapOptions(box=(178.0, -178.0, 33.0, 35.0), cell_deg=1.0)
    cells = channel.cells(there)
    assert np.isnan(cells[:, :, [0, 3]]).all()
    assert np.allclose(cells[:, :, 1:3], WANTED[:, :, ::-1], atol=1e-4)
    assert np.isnan(channel.cells(MAPS)).all()  # the other half of the globe


def test_packed_numbers_and_what_is_missing(tmp_path):
    made = field()
    made["strain"][1, 0, 0] = np.nan
    packed = {"dtype": "int16", "scale_factor": 0.5, "add_offset": 10.0, "_FillValue": -999, "zlib": True}
    channel = read_channel(write(tmp_path / "a.nc", made, strain=packed), "strain")
    cells = channel.cells(MAPS)
    assert np.isnan(cells[1, 0, 0])
    assert np.isnan(cells).sum() == 1
    assert np.allclose(cells[2], WANTED[2], atol=1e-4)
    assert "8.3% missing" in channel.note()


def test_known_from_and_bounds(tmp_path):
    known = TIME + np.timedelta64(40, "h")
    made = xr.Dataset({"tide": ("time", [1.0, 2.0, 3.0]), "known_from": ("time", known)}, {"time": TIME})
    channel = read_channel(write(tmp_path / "a.nc", made), "level")  # the only one: its name does not matter
    assert (channel.name, channel.spatial, channel.stated) == ("level", False, True)
    assert (channel.known_from == known.astype("datetime64[us]")).all()
    bounds = np.stack([TIME - np.timedelta64(5, "D"), TIME + np.timedelta64(5, "D")], axis=1)
    within = made.drop_vars("known_from").assign(time_bnds=(("time", "nv"), bounds))
    within["time"].attrs["bounds"], within["time"].encoding["units"] = "time_bnds", "hours since 2020-01-01"
    channel = read_channel(write(tmp_path / "b.nc", within), "tide")
    assert (channel.begin == bounds[:, 0].astype("datetime64[us]")).all()
    assert (channel.known_from == bounds[:, 1].astype("datetime64[us]")).all()
    assert channel.sha256 != ""


def refused(path, name="strain"):
    with pytest.raises(InputError) as told:
        read_channel(path, name)
    assert "\n" not in str(told.value)
    assert str(path) in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (field().isel(time=[0]), "fewer than two"),
        (field().isel(time=[1, 0, 2]), "do not rise"),
        (field().drop_vars("time"), "has no time"),
        (field().rename(strain="a").assign(b=("time", [1.0, 2.0, 3.0])), "a, b; name the channel as one of them"),
        (field().isel(latitude=[0]), "latitudes are not two or more"),
        (field().isel(longitude=0, drop=True), "has the dimensions time, latitude"),
        (field().expand_dims(level=[1.0, 2.0]), "strain has the dimensions|level"),
        (field() * np.inf, "beyond 1e"),
        (field() * np.nan, "holds no number"),
        (field().assign(strain=("time", ["a", "b", "c"])), "wanted are numbers"),
        (field().assign(known_from=("time", [1.0, 2.0, 3.0])), "known_from holds no times"),
        (field().assign(known_from=("time", np.where([1, 0, 1], TIME, np.datetime64("NaT")))), "lacks some times"),
        (field(lons=(0.0, 400.0)), "more than once around"),
        (field().assign_coords(latitude=[34.0, 120.0]), "latitudes are not different numbers up to 90"),
        (xr.Dataset({"a": ("x", [1.0, 2.0])}), "has no time"),
    ],
)
def test_what_is_no_channel_is_refused_in_one_line(made, why, tmp_path):
    path = write(tmp_path / "a.nc", made)
    message = refused(path)
    assert any(part in message for part in why.split("|")), message


def test_damaged_and_foreign_files_are_refused(tmp_path):
    whole = write(tmp_path / "a.nc", field(), strain={"zlib": True}).read_bytes()
    path = tmp_path / "b.nc"
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(whole)
        for place in rng.integers(0, len(whole), 8):
            broken[place] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(broken[: rng.integers(8, len(broken))] if rng.random() < 0.5 else broken))
        with suppress(InputError):  # anything else is a fault
            channel = read_channel(path, "strain")
            assert channel.values.shape[0] == len(channel.begin)
    path.write_text("time,strain\n")
    refused(path)
    assert "is no file" in refused(tmp_path / "none.nc")
    assert "is no file" in refused(tmp_path)


def test_a_file_that_declares_more_than_it_holds_is_refused_before_it_is_read(tmp_path):
    import h5py

    path = tmp_path / "huge.nc"
    with h5py.File(path, "w") as file:
        file.create_dataset("strain", (10**7, 1000, 1000), "f4", chunks=(1, 1000, 1000))
    assert "more than it can hold" in refused(path)
    with h5py.File(path, "w") as file:
        file["strain"] = h5py.ExternalLink("/etc/passwd", "/")
    assert "leads elsewhere" in refused(path)


def test_flags_name_channels(tmp_path):
    path = write(tmp_path / "a=b.nc", field())
    assert [each.name for each in read_channels([f"strain={path}", f"other={path}"])] == ["strain", "other"]
    for given in ("strain", "=a.nc", "strain=", "a b=c.nc", f"{'a' * 41}=c.nc", "1a=c.nc"):
        with pytest.raises(InputError, match=r"write NAME=FILE\.nc"):
            read_channels([given])
    with pytest.raises(InputError, match="given twice"):
        read_channels([f"strain={path}", f"strain={path}"])
