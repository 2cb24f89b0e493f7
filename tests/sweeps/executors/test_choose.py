import sys

import pytest

from cxsim.config.errors import CxsimError
from cxsim.config.load import load
from cxsim.sweeps.executors.choose import check, choose

SMALL, LARGE = load("market.n_customers=30", "months=2", "burn_in=0"), load("market.n_customers=100000")


def test_a_pool_is_started_only_for_work_that_is_worth_it(monkeypatch):
    import cxsim.market.model  # noqa: F401 - as in a notebook in which something has been simulated already

    monkeypatch.setattr("cxsim.sweeps.executors.choose.is_warm", lambda: False)
    assert choose("auto", 4, None, SMALL, 10).name == "serial"
    assert choose("auto", 4, None, LARGE, 10).name == "processes"
    assert choose("auto", 1, None, LARGE, 10).name == "serial"
    assert choose("processes", 4, None, SMALL, 2).workers() == 2
    assert choose("threads", 3, None, SMALL, 10).workers() == 3


def test_where_the_model_has_to_be_loaded_anyway_a_pool_costs_nothing(monkeypatch):
    modest = load("market=generic", "market.n_customers=30", "months=24", "burn_in=0")
    monkeypatch.setattr("cxsim.sweeps.executors.choose.is_warm", lambda: False)
    monkeypatch.setitem(sys.modules, "cxsim.market.model", sys)
    assert choose("auto", 4, None, modest, 20).name == "serial"
    monkeypatch.delitem(sys.modules, "cxsim.market.model")
    assert choose("auto", 4, None, modest, 20).name == "processes"
    assert choose("auto", 4, None, SMALL, 10).name == "serial"
    monkeypatch.setitem(sys.modules, "cxsim.market.model", sys)
    monkeypatch.setattr("cxsim.sweeps.executors.choose.is_warm", lambda: True)
    assert choose("auto", 4, None, modest, 20).name == "processes"


def test_code_of_ones_own_runs_in_a_process_of_its_own():
    own = load("market=generic", "market.n_customers=30", "months=2", "allow_user_code=true")
    assert choose("auto", 4, None, own, 2).name == "processes"


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "head:8786", "tls://head-1.cluster.local:8786", "tcp://[::1]:8786", None])
def test_addresses_of_schedulers_and_clusters_are_taken(address):
    assert check("dask", None, address) is None


@pytest.mark.parametrize(("executor", "workers", "address", "said"), [
    ("proceses", None, None, "Did you mean processes"), (3, None, None, "executor"), (None, None, None, "executor"),
    ("serial", 0, None, "1 to 10,000"), ("serial", 2.5, None, "1 to 10,000"), ("serial", True, None, "1 to 10,000"),
    ("serial", None, "tcp://x:1", "executor=dask"), ("dask", None, "nonsense", "such as tcp://host"),
    ("dask", None, "", "such as tcp://host"),
    ("dask", None, 7, "such as tcp://host"), ("dask", None, object(), "or a Dask cluster"),
    ("dask", None, "tcp://host", "such as tcp://host"), ("dask", None, "tcp:// x:1", "such as"),
])  # fmt: skip
def test_what_cannot_be_is_a_clear_error(executor, workers, address, said):
    with pytest.raises(CxsimError, match=said):
        choose(executor, workers, address, SMALL, 10)
