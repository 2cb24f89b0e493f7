from __future__ import annotations

import sys
import textwrap

import pytest

from cxsim.config.errors import BadValueError, CxsimError
from cxsim.config.load import with_values
from cxsim.config.run import Config
from cxsim.market.model import Market
from cxsim.regulator.policy import StandingPolicy
from cxsim.regulator.registry import make_policy


@pytest.fixture
def own_policy(tmp_path, monkeypatch):
    """Writes a policy whose targets and fine are the given expressions; gives the market of a run with it."""

    def play(targets="[1]", fine="1000.0", months=8, **values):
        text = f"""
        from cxsim.regulator.policy import Policy
        class Mine(Policy):
            def targets(self, regulator, market, count):
                return {targets}
            def fine(self, regulator, market, case):
                return {fine}
        """
        (tmp_path / "own_policy_module.py").write_text(textwrap.dedent(text))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "own_policy_module", raising=False)
        settings = {
            "regulator.policy": "own_policy_module:Mine", "allow_user_code": True, "regulator.annual_funding": 1e7,
            "regulator.case_months": 1, "market.n_customers": 100, "months": months, "burn_in": 0, "market.n_firms": 4,
            "regulator.false_positive_rate": 1.0, "firms.levers": ["price"],
        }  # fmt: skip
        market = Market(with_values(Config(), settings | values), rng=1)
        while market.running:
            market.step()
        return market

    return play


def test_the_standing_policy_is_the_default():
    assert isinstance(make_policy(Config()), StandingPolicy)


def test_without_leave_nobodys_code_is_even_imported():
    with pytest.raises(CxsimError, match="allow_user_code"):
        with_values(Config(), {"regulator.policy": "os:path"})


def test_a_class_that_is_no_policy_is_refused():
    config = with_values(Config(), {"regulator.policy": "cxsim.firms.archetypes:LowPrice", "allow_user_code": True})
    with pytest.raises(BadValueError, match="Policy"):
        make_policy(config)


def test_a_users_own_policy_decides_whom_and_how_much(own_policy):
    market = own_policy("[3]", "1234.5")
    decisions = market.regulator.decisions
    assert decisions
    assert {decision.slot for decision in decisions} == {3}
    assert {decision.fine for decision in decisions} == {1234.5}
    assert market.frames()["monthly"]["fines"].sum() == pytest.approx(1234.5 * len(decisions))


@pytest.mark.parametrize(
    "targets", ["[]", "(2, 3)", "{1, 4}", "iter([1, 2])", "__import__('numpy').array([1, 2])", "[firm.slot for firm in market.firms]"]
)
def test_any_sequence_of_slots_will_do(own_policy, targets):
    market = own_policy(targets)
    assert {decision.slot for decision in market.regulator.decisions} <= {1, 2, 3, 4}


def test_the_same_firm_named_twice_is_investigated_once(own_policy):
    market = own_policy("[2, 2, 2]")
    months = [decision.month for decision in market.regulator.decisions]
    assert len(months) == len(set(months))


@pytest.mark.parametrize("targets", ["[0]", "[99]", "[-1]", "[1.5]", "['Firm 1']", "None", "5"])
def test_what_is_no_active_firm_is_refused_in_one_clear_sentence(own_policy, targets):
    with pytest.raises(CxsimError, match="own_policy_module:Mine"):
        own_policy(targets)


@pytest.mark.parametrize("fine", ["float('nan')", "float('inf')", "None", "'much'", "-5.0"])
def test_what_is_no_fine_is_refused_in_one_clear_sentence(own_policy, fine):
    with pytest.raises(CxsimError, match="own_policy_module:Mine"):
        own_policy("[1]", fine)


@pytest.mark.parametrize(("given", "told"), [("None", "given null"), ("7", "given 7")])
def test_what_lists_no_targets_is_told_as_it_was_given(own_policy, given, told):
    with pytest.raises(BadValueError, match=rf"^targets from regulator\.policy own_policy_module:Mine: {told}; allowed: slots"):
        own_policy(targets=given)


def test_a_fault_inside_a_policy_of_ones_own_is_shown_and_not_taken_for_its_answer(own_policy):
    with pytest.raises(TypeError, match="has no len"):
        own_policy(targets="[len(3)]")
