"""The file to take along holds what the run holds, bit for bit, and what it takes to make it again."""

import io
import zipfile

import pandas as pd
import pytest

from cxsim.app.bundle import made
from cxsim.app.state import parse
from cxsim.config.essence import content_hash
from cxsim.config.load import from_mapping
from cxsim.results.columns import TABLES
from cxsim.results.run import Run, run_config

from .serving import SMALL

STATE, _ = parse(f"{SMALL}&policy.regulator=fca")


def archive(kind):
    packed = made(STATE.config("baseline"), STATE.config("policy"), {"commands.sh": STATE.commands()}, kind, lambda: None)
    return zipfile.ZipFile(io.BytesIO(packed))


def test_csv_reads_back_to_the_same_bits():
    files = archive("csv")
    run = run_config(STATE.config("policy"), progress=False)
    for name in TABLES:
        read = pd.read_csv(files.open(f"policy/{name}.csv"), float_precision="round_trip", keep_default_na=False)
        table = run.tables[name]
        for column in table.select_dtypes("number"):
            assert read[column].tolist() == table[column].tolist()
    assert files.read("commands.sh").decode() == STATE.commands()


def test_parquet_is_the_folder_that_cxsim_run_writes(tmp_path):
    archive("parquet").extractall(tmp_path)
    for side in ("baseline", "policy"):
        run = Run.load(tmp_path / side)
        assert content_hash(run.config) == content_hash(STATE.config(side))
        assert run.tables["monthly"].equals(run_config(STATE.config(side), progress=False).monthly)


def test_the_configuration_inside_is_whole():
    import yaml

    read = from_mapping(yaml.safe_load(archive("csv").read("baseline/config.yaml")))
    assert content_hash(read) == content_hash(STATE.config("baseline"))


def test_a_tick_may_stop_the_work():
    class StopError(Exception):
        pass

    def stop():
        raise StopError

    with pytest.raises(StopError):
        made(STATE.config("baseline"), STATE.config("policy"), {}, "csv", stop)
