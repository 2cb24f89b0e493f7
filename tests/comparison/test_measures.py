import numpy as np
import pytest

from cxsim.comparison.measures import BETTER, HARMS, HEADLINES, LABELS, check_metric, harms, heading, measure, metric_names, money, parties
from cxsim.config.errors import BadValueError
from cxsim.market.ledger import CUSTOMER_FLOWS, FIRM_FLOWS
from cxsim.results.columns import CONDUCTS


def _populations(small):
    return [regime.config.market.population for regime in small.regimes]


def test_transfers_cancel_in_the_sum_of_all_gains(small):
    """What remains is consumer surplus before payments less the resources used up, whoever paid whom."""
    data = small.data
    revenue = data.flow(*(name for name, ends in CUSTOMER_FLOWS.items() if ends == ("customers", "firm")))
    used_up = data.flow(*(name for name, ends in FIRM_FLOWS.items() if ends[1] == "resources"), "enforcement")
    worth = 12 * data.mean("consumer_surplus") * np.array(_populations(small)) + revenue
    total = {found.name: found.values for found in parties(data, _populations(small))}["total"]
    assert total == pytest.approx(worth - used_up, rel=1e-9)


def test_everybodys_gain_is_in_pounds_a_year(small):
    data = small.data
    found = {one.name: one.values for one in parties(data, _populations(small))}
    people = data.segments["customers"]
    surplus = 12 * (data.segments["consumer_surplus"] * people).sum(axis=2)
    assert found["customers"] == pytest.approx(surplus + data.flow("redress"), rel=1e-6)
    assert found["firms"] == pytest.approx(12 * data.firms["profit"].sum(axis=2), rel=1e-9)
    assert found["treasury"] == pytest.approx(data.flow("fine") + data.flow("franchise") - data.flow("funding"))
    assert found["treasury"][:, 1].max() > -2_000_000


def test_the_harm_ledger_adds_up_to_what_customers_lose(small):
    found = harms(small.data)
    assert [one.name for one in found] == [*HARMS, "all"]
    assert found[-1].values == pytest.approx(sum(one.values for one in found[:-1]))
    for one in found[:-1]:
        assert np.array_equal(one.values, 12 * small.data.ledger[one.name].sum(axis=2))
    assert set(HARMS) <= set(CONDUCTS)
    # Nothing that customers give is left out but the bill itself and extras that they want.
    assert set(HARMS) == {name for name, ends in CUSTOMER_FLOWS.items() if ends[0] == "customers"} - {"bill", "extra"}


def test_the_regulators_money_is_the_ledgers(small):
    for one in money(small.data):
        assert np.array_equal(one.values, small.data.flow(one.name))


def test_every_metric_can_be_measured_and_has_words(small):
    for name in metric_names():
        found = measure(small.data, name, _populations(small))
        assert found.name == name
        assert found.values.shape == (4, 3)
        assert LABELS[name]
        assert heading(name)[0].isupper()
    assert set(HEADLINES) <= set(metric_names())
    assert set(BETTER) <= set(metric_names())


def test_a_metric_that_there_is_not_is_said_with_the_nearest():
    with pytest.raises(BadValueError, match=r"precision_metric: given 'experiance'.* Did you mean experience"):
        check_metric("precision_metric", "experiance")
