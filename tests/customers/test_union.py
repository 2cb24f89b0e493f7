import copy
import operator
import pickle

import numpy as np
import pytest

from cxsim.customers.agentset import AgentUnion, Customer, CustomerSet
from cxsim.customers.mesa_support import Agent, AgentSet, DataCollector
from cxsim.customers.view import PopulationError


class Visitor(Agent):
    """An agent of a user's own."""


@pytest.fixture
def agents(market):
    return market.agents


def ordinary(market):
    return [agent for agent in market.agents if not isinstance(agent, Customer)]


def ids(agents):
    return [agent.unique_id for agent in agents]


def test_it_is_an_agent_set_of_customers_and_all_others(market, agents):
    assert isinstance(agents, AgentSet)
    assert len(agents) == len(list(agents)) == len(market.customers) + len(ordinary(market))
    assert set(market.firms) <= set(ordinary(market))
    assert list(agents)[: len(market.customers)] == list(market.customers)
    assert agents[0] == market.customers[0]
    assert agents[-1] is ordinary(market)[-1]
    assert agents[len(market.customers) - 1 :][1:] == ordinary(market)
    assert market.customers[3] in agents
    assert market.firms[0] in agents
    assert "firm" not in agents


def test_ids_are_unique_and_customers_come_first(market, agents):
    assert ids(market.customers) == list(range(1, market.population.n + 1))
    assert len(set(ids(agents))) == len(agents)
    assert ids([Visitor(market)])[0] == max(ids(agents))


def test_types(market):
    kinds = {Customer, *(type(agent) for agent in ordinary(market))}
    assert set(market.agent_types) == set(market.agents_by_type) == kinds
    assert market.agents_by_type[Customer] is market.customers
    assert set(market.agents_by_type[type(market.firms[0])]) == set(market.firms)


def test_agents_join_and_leave(market):
    before = len(market.agents)
    visitor = Visitor(market)
    firm = market.add_firm()
    assert len(market.agents) == before + 2
    assert visitor in market.agents
    assert visitor in market.agents_by_type[Visitor]
    assert list(market.agents)[-2:] == [visitor, firm]
    assert Visitor in market.agent_types
    visitor.remove()
    assert visitor not in market.agents
    assert visitor not in market.agents_by_type[Visitor]
    assert len(market.agents) == before + 1
    visitor.remove()
    market.register_agent(visitor)
    assert visitor in market.agents
    market.deregister_agent(visitor)
    assert visitor not in market.agents


def test_remove_all_agents_leaves_customers(market):
    before = len(market.customers)
    for _ in range(2):
        market.remove_all_agents()
        assert ordinary(market) == []
        assert len(market.agents) == len(market.customers) == before
        assert market.agents_by_type[Customer] is market.customers
    Visitor(market)
    assert len(ordinary(market)) == 1


def test_a_models_own_remove_all_agents_is_used(make_market):
    calls = []

    class Market(make_market):
        def remove_all_agents(self):
            calls.append(len(self.agents))
            super().remove_all_agents()

    market = Market()
    expected = len(ordinary(market))
    market.remove_all_agents()
    assert calls == [expected]
    assert ordinary(market) == []


def test_customers_cannot_be_deregistered(market):
    with pytest.raises((PopulationError, KeyError)):
        market.deregister_agent(market.customers[0])
    with pytest.raises(PopulationError):
        market.agents.remove(market.customers[0])
    with pytest.raises(KeyError):
        market.agents.remove("nobody")
    assert len(market.customers) == market.population.n


def test_selecting_by_type_gives_the_fitting_kind_of_set(market, agents):
    firm_type = type(market.firms[0])
    customers, firms = agents.select(agent_type=Customer), agents.select(agent_type=firm_type)
    assert isinstance(customers, CustomerSet)
    assert customers == market.customers
    assert not isinstance(firms, AgentUnion)
    assert list(firms) == market.firms
    assert agents.select(agent_type=Agent) == agents
    assert len(agents.select(agent_type=Visitor)) == 0
    assert list(agents.select(at_most=2, agent_type=firm_type)) == market.firms[:2]


def test_selecting_and_grouping_by_function(market, agents):
    mixed = agents.select(lambda agent: agent.unique_id % 2 == 0)
    assert isinstance(mixed, AgentUnion)
    assert ids(mixed) == [number for number in ids(agents) if number % 2 == 0]
    by_type = agents.groupby(type)
    assert by_type.count() == {kind: len(members) for kind, members in market.agents_by_type.items()}
    assert isinstance(by_type.groups[Customer], CustomerSet)
    by_half = agents.groupby(lambda agent: agent.unique_id % 2)
    assert ids(by_half.groups[0]) == ids(mixed)


def test_get_set_and_agg_reach_everybody_in_order(market, agents):
    shuffled = agents.shuffle()
    for members in (agents, shuffled):
        assert members.get("unique_id") == ids(members)
        expected = [getattr(agent, "tenure", -5) for agent in members]
        assert members.get("tenure", handle_missing="default", default_value=-5) == expected
        assert members.get(["unique_id", "tenure"], "default")[3] == [
            members[3].unique_id,
            getattr(members[3], "tenure", None),
        ]
        assert members.agg("unique_id", max) == max(ids(members))
        with pytest.raises(AttributeError):
            members.get("tenure")
    shuffled.select(lambda agent: agent.unique_id > 5).set("badge", "seen")
    assert agents.get("badge", "default") == [None] * 5 + ["seen"] * (len(agents) - 5)


def test_sorting_and_shuffling_mix_kinds(market, agents):
    order = agents.sort(lambda agent: agent.unique_id * 7 % 11, ascending=True)
    assert ids(order) == sorted(ids(agents), key=lambda number: number * 7 % 11)
    assert ids(agents.sort("unique_id")) == sorted(ids(agents), reverse=True)
    shuffled = agents.shuffle()
    assert sorted(ids(shuffled)) == ids(agents) != ids(shuffled)
    assert ids(shuffled[2:5]) == ids(shuffled)[2:5]


def test_do_and_map_reach_everybody_once(agents):
    seen = []
    agents.do(lambda agent: seen.append(agent.unique_id))
    agents.shuffle_do(lambda agent: seen.append(agent.unique_id))
    assert seen[: len(agents)] == ids(agents)
    assert sorted(seen[len(agents) :]) == ids(agents)
    assert agents.map(operator.attrgetter("unique_id")) == ids(agents)


@pytest.mark.parametrize("way", ["do", "shuffle_do"])
def test_idle_steps_of_customers_do_not_keep_others_from_theirs(market, way):
    class Counter(Agent):
        steps = 0

        def step(self):
            self.steps += 1

    counter = Counter(market)
    getattr(market.agents, way)("step")
    assert counter.steps == 1


@pytest.mark.parametrize("way", ["do", "shuffle_do"])
def test_who_has_been_removed_is_not_called_any_more(market, way):
    called = []

    class Duellist(Agent):
        def draw(self):
            called.append(self)
            for rival in list(self.model.agents_by_type[Duellist]):
                if rival is not self:
                    rival.remove()

    for _ in range(3):
        Duellist(market)
    getattr(market.agents, way)(lambda agent: agent.draw() if isinstance(agent, Duellist) else None)
    assert len(called) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own.select(lambda agent: False, inplace=True),
        lambda own: own.shuffle(inplace=True),
        lambda own: own.sort("unique_id", inplace=True),
        lambda own: own.discard(own[0]),
        lambda own: own.clear(),
        lambda own: own._update(own[:3]),
    ],
)
def test_the_models_own_set_refuses_to_be_changed(market, change):
    before = ids(market.agents)
    with pytest.raises(PopulationError):
        change(market.agents)
    assert ids(market.agents) == before


def test_selections_can_be_changed(market, agents):
    mixed = agents.select(lambda agent: agent.unique_id in (1, 2) or agent in market.firms)
    assert mixed.shuffle(inplace=True) is mixed
    mixed.discard(market.customers[0])
    mixed.remove(market.firms[0])
    mixed.add(market.customers[5])
    mixed.add(market.customers[5])
    assert set(mixed) == {market.customers[1], market.customers[5], *market.firms[1:]}
    assert mixed.select(lambda agent: agent in market.firms, inplace=True) is mixed
    assert list(mixed) == [firm for firm in mixed if firm in market.firms]
    assert len(mixed) == len(market.firms) - 1
    assert market.firms[0] in agents


def test_set_operations(market, agents):
    firms = AgentSet(market.firms, market.random)
    some = market.customers.select(at_most=2)
    both = some | firms
    assert list(both) == [*some, *market.firms]
    assert list(firms | some) == [*market.firms, *some]
    assert both - some == firms
    assert both - firms == some
    assert both & agents == both
    assert agents - market.customers == set(ordinary(market))
    assert both ^ some == firms
    assert isinstance(both - firms, CustomerSet)
    assert both < agents


def test_copying_and_pickling_keep_everything(market):
    market.customers[2].foo = "bar"
    visitor = Visitor(market)
    visitor.mine = market.customers.select(at_most=3)
    visitor.all = market.agents.shuffle()
    for twin in (pickle.loads(pickle.dumps(market)), copy.deepcopy(market)):
        assert ids(twin.agents) == ids(market.agents)
        assert twin.agents_by_type[Customer] is twin.customers
        assert twin.customers.get("tenure") == market.customers.get("tenure")
        assert twin.customers[2].foo == "bar"
        assert all(agent.model is twin for agent in twin.agents)
        guest = next(iter(twin.agents_by_type[Visitor]))
        assert guest.mine == twin.customers.select(at_most=3)
        assert ids(guest.all) == ids(visitor.all)
        assert twin.customers.select(np.array(twin.customers.get("slot")) == 1)[0].supplier is twin.firms[0]
        steps = twin.steps
        twin.step()
        assert (twin.steps, market.steps) == (steps + 1, steps)
        assert twin.customers.get("tenure") != market.customers.get("tenure")
        assert Visitor(twin).unique_id == max(ids(market.agents)) + 1
        twin.remove_all_agents()
        assert len(twin.agents) == len(twin.customers)
    assert visitor in market.agents
    duplicate = copy.copy(market.agents)
    assert duplicate == market.agents
    duplicate.discard(market.firms[0])
    assert market.firms[0] in market.agents


def test_the_data_collector_reads_columns_and_agents(make_market):
    market = make_market(
        model_reporters={"mean": lambda model: float(model.customers.agg("satisfaction", np.mean))},
        agent_reporters={"tenure": lambda agent: getattr(agent, "tenure", -1), "number": "unique_id"},
        agenttype_reporters={Customer: {"satisfaction": "satisfaction", "segment": "segment", "slot": "slot"}},
    )
    assert isinstance(market.datacollector, DataCollector)
    expected, everybodys = [], []
    for _ in range(2):
        market.step()
        expected += market.customers.get(["satisfaction", "segment", "slot"])
        everybodys += zip(market.agents.get("tenure", "default", -1), ids(market.agents), strict=True)
    by_type = market.datacollector.get_agenttype_vars_dataframe(Customer)
    assert by_type.to_numpy().tolist() == expected
    everybody = market.datacollector.get_agent_vars_dataframe()
    assert list(everybody.itertuples(index=False, name=None)) == everybodys
    means = market.datacollector.get_model_vars_dataframe()["mean"]
    assert means.iloc[-1] == pytest.approx(np.mean(market.customers.get("satisfaction")))


def test_an_attribute_that_all_have_can_be_collected_by_name(make_market):
    market = make_market(agenttype_reporters={Agent: {"number": "unique_id"}})
    market.step()
    assert market.datacollector.get_agenttype_vars_dataframe(Agent)["number"].tolist() == ids(market.agents)
