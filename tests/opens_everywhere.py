#!/usr/bin/env python3
"""Opens a results file with every reader people use, for a file that only its writer can read is
worth little. Exits 1 and says what failed; a reader that is not installed is skipped aloud.

usage: opens_everywhere.py FILE
"""
import sys
import tempfile
import shutil
import subprocess
import warnings

DIMS = ("rollout", "case", "point", "trial")
CURVES = ("share", "requests", "errors", "latency_p50", "latency_p99")


def expect(truth, words):
    if not truth:
        raise AssertionError(words)


def by_h5py(path):
    import h5py

    with h5py.File(path, "r") as file:
        expect(file.attrs["schema"] == "coalmine-results", "the schema is not a text")
        expect(str(file.attrs["seed"]) == file.attrs["seed_text"], "the seed is not exact")
        outcome = file["outcome"]
        expect(tuple(d.label or d[0].name[1:] for d in outcome.dims) == DIMS, "wrong axes")
        expect(all(isinstance(n, str) for n in file["case"].asstr()[:]), "cases are no texts")
        reached = []
        file.visititems(lambda name, item: reached.append(item[()])
                        if isinstance(item, h5py.Dataset) else None)
        expect(len(reached) > 30, "too few arrays")
        return "series" in file, "events" in file


def by_netcdf4(path):
    import netCDF4

    with netCDF4.Dataset(path) as root:
        expect(root.variables["outcome"].dimensions == DIMS, "wrong axes")
        for group in [root, *root.groups.values()]:
            for variable in group.variables.values():
                variable[...]
        return "series" in root.groups, "events" in root.groups


def by_h5dump(path):
    subprocess.run(["h5dump", "-A", path], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["h5dump", path], check=True, stdout=subprocess.DEVNULL)
    return None


def check_root(root):
    expect(root["outcome"].dims == DIMS, "wrong axes")
    expect(root["version_p99"].dims == DIMS + ("version",), "wrong axes with versions")
    for name in ("rollout", "case", "version"):
        expect(name in root.coords, f"{name} is no coordinate")
        expect(isinstance(root[name].values[0], str), f"{name} is not made of texts")
    first = root.sel(rollout=root["rollout"].values[0], case=root["case"].values[0])
    expect(first["detection_time"].dtype.kind == "f", "a time is not a plain number of seconds")
    first["detection_time"].quantile(0.5)
    first["harmed_requests"].to_dataframe()
    expect(set(root["outcome"].attrs["flag_meanings"].split()) >= {"promoted", "rolled_back"},
           "outcomes have no words")


def check_series(series):
    for name in CURVES:
        expect(series[name].dims == ("timeline", "time", "version"), f"wrong axes of {name}")
    for name in ("timeline", "time", "version"):
        expect(name in series.coords, f"{name} is no coordinate of the series")
    expect(series["time"].dtype.kind == "f", "time is not a plain number of seconds")
    expect(isinstance(series["version"].values[0], str), "versions are not texts")
    series["share"].isel(timeline=0).sel(version=series["version"].values[0]).to_pandas()


def by_xarray(engine):
    def check(path):
        import xarray

        __import__("netCDF4" if engine == "netcdf4" else "h5netcdf")
        with xarray.open_dataset(path, engine=engine) as root:
            check_root(root.load())
        with_series, with_events = has_groups(path)
        if with_series:
            with xarray.open_dataset(path, engine=engine, group="series") as series:
                check_series(series.load())
        if with_events:
            with xarray.open_dataset(path, engine=engine, group="events") as events:
                expect(events.load()["kind"].dims == ("event",), "wrong axes of the events")
    return check


def has_groups(path):
    """Which groups there are, by whatever reader is here."""
    try:
        return by_h5py(path)
    except ImportError:
        return by_netcdf4(path)


READERS = {
    "h5py": by_h5py,
    "netCDF4": by_netcdf4,
    "xarray with netcdf4": by_xarray("netcdf4"),
    "xarray with h5netcdf": by_xarray("h5netcdf"),
    "h5dump": by_h5dump,
}


def attempt(name, reader, path):
    """False only if the reader is here and fails."""
    try:
        reader(path)
    except ImportError as missing:
        print(f"{name}: skipped, {missing.name} is not installed")
    except FileNotFoundError as missing:
        print(f"{name}: skipped, {missing.filename} is not installed")
    except Exception as error:  # whatever a reader may throw is what we want to hear about
        print(f"{name}: FAILED: {type(error).__name__}: {error}")
        return False
    else:
        print(f"{name}: good")
    return True


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    warnings.simplefilter("error", UserWarning)
    with tempfile.NamedTemporaryFile(suffix=".h5") as copy:  # netCDF goes by the name's ending
        shutil.copyfile(sys.argv[1], copy.name)
        results = [attempt(name, reader, copy.name) for name, reader in READERS.items()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
