"""Every control moves by keyboard, acts on the side it is meant for, and can be taken back."""

import json
import re

import pytest

from cxsim.app.levers import BY_KEY
from cxsim.app.scenarios import SCENARIOS
from cxsim.app.state import parse, preset_names

from .visit import QUICK


def move(tab, key, lever):
    """Move one lever as a person with a keyboard would; returns whether it is there."""
    base = f"#lever-{re.sub('[^a-z0-9]+', '-', key)}"
    if tab.locator(f"{base}-lever").is_hidden():
        return False
    control = tab.locator(base)
    if lever.kind == "slider":
        control.focus()
        before = control.input_value()
        control.press("ArrowLeft" if before == control.get_attribute("max") else "ArrowRight")
        assert control.input_value() != before, key
        assert control.get_attribute("aria-valuetext"), key
    elif lever.kind == "switch":
        control.focus()
        control.press("Space")
    elif lever.kind == "choice":
        options = control.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
        control.select_option(next(option for option in options if option not in {control.input_value(), "named"}))
    else:
        box = tab.locator(f"{base}-lever input[type=checkbox]").nth(1)
        box.focus()
        box.press("Space")
    return True


@pytest.mark.parametrize("side", ["policy", pytest.param("baseline", marks=pytest.mark.slow)])
def test_every_lever_moves_and_can_be_taken_back(visit, side):
    visit.open(f"{QUICK}&regulator=stylised_continental&firms=mixed")
    start = visit.address()
    tab = visit.tab
    visit.open_sections()
    tab.check(f'input[name="side"][value="{side}"]')
    moved = []
    for key, lever in BY_KEY.items():
        if move(tab, key, lever):
            visit.shown()
            moved.append(key)
    assert len(moved) >= 30
    own = getattr(visit.address(), side)
    assert set(moved) <= set(own)
    assert not set(moved) & set(visit.address().baseline if side == "policy" else visit.address().policy)
    while tab.locator("button.reset:visible").count():
        tab.locator("button.reset:visible").first.click()
        visit.shown()
    assert tab.locator(".idle:visible").count() == 0
    assert (visit.address().baseline, visit.address().policy) == (start.baseline, start.policy)
    assert tab.locator("#notices .notice").count() == 0


def test_a_lever_that_no_longer_does_anything_stays_until_it_is_taken_back(visit):
    visit.open(f"{QUICK}&market.failing_rate=0.1&policy.market.truth_hazard=0.2&policy.market.failing_rate=0")
    visit.open_sections()
    lever = visit.tab.locator("#lever-market-truth-hazard-lever")
    assert "Does nothing" in lever.inner_text()
    lever.locator("button.reset").click()
    visit.shown()
    assert lever.is_hidden()
    assert "market.truth_hazard" not in visit.address().policy


def test_a_lever_says_what_it_is_and_where_the_other_side_stands(visit):
    visit.open(f"{QUICK}&policy.market.n_firms=3")
    visit.open_sections()
    lever = visit.tab.locator("#lever-market-n-firms-lever")
    assert "3 firms" in lever.inner_text()
    assert "baseline: 5 firms" in lever.inner_text()
    lever.locator("button.link").click()
    assert "market.n_firms" in lever.inner_text()
    assert "1 to 200" in lever.inner_text()


def test_settings_of_the_run_move_for_both_sides(visit):
    visit.open()
    visit.open_sections()
    for control in ("run-months", "run-market-n-customers", "run-replications"):
        visit.tab.locator(f"#{control}").focus()
        visit.tab.locator(f"#{control}").press("ArrowRight")
        visit.shown()
    visit.tab.fill("#seed", "77")
    visit.tab.locator("#seed").press("Tab")
    visit.shown()
    run = visit.address().run
    assert (run["months"], run["market.n_customers"], run["replications"], run["seed"]) == (36, 200, 2, 77)
    visit.tab.click("button:has-text('Other luck')")
    visit.shown()
    assert visit.address().run["seed"] != 77


def test_what_no_lever_shows_can_be_removed(visit):
    visit.open(f"{QUICK}&market.brand=0.5&policy.customers.notice_scale=0.2")
    assert visit.tab.locator(".extra").count() == 2
    visit.tab.click("button[aria-label='Remove market.brand']")
    visit.shown()
    assert "market.brand" not in visit.address().baseline
    assert "customers.notice_scale" in visit.address().policy


def test_every_scenario_opens(visit):
    visit.open()
    for scenario in SCENARIOS:
        visit.tab.select_option("#scenario", scenario.name)
        visit.shown()
        assert scenario.question in visit.tab.inner_text("#question")
        assert visit.tab.locator("#notices .notice").count() == 0
        wanted, _ = parse(f"scenario={scenario.name}")
        assert (visit.address().baseline, visit.address().policy) == (wanted.baseline, wanted.policy)


def test_a_comparison_unfolds_what_it_moves_and_headings_say_how_much_has_been_moved(visit):
    visit.open(f"{QUICK}&market.off_script=0.3&policy.firms.initial_levers.discretion=1")
    tab = visit.tab
    assert tab.locator("#lever-firms-initial-levers-discretion").is_visible()
    assert tab.locator("#fold-market-when-things-go-wrong").is_hidden(), "it lies in a section that is closed"
    assert "1 moved" in tab.inner_text("#fold-firms-how-the-work-is-done > summary")
    assert "1 moved" in tab.inner_text("#section-firms > summary")
    assert "moved" not in tab.inner_text("#section-market > summary")
    tab.check('input[name="side"][value="baseline"]')
    assert "1 moved" in tab.inner_text("#section-market > summary")
    assert "moved" not in tab.inner_text("#section-firms > summary")
    assert len(tab.locator("#scenario optgroup").all()) == len({scenario.topic for scenario in SCENARIOS})


def test_a_preset_takes_its_side_and_leaves_no_values_of_the_one_before(visit):
    visit.open(f"{QUICK}&regulator=fca&policy.regulator=stylised_continental&policy.regulator.fine_cap=1000")
    visit.open_sections()
    visit.tab.select_option("#preset-regulator", "self_funded")
    visit.shown()
    assert visit.address().policy == {"regulator": "self_funded"}
    assert visit.address().baseline["regulator"] == "fca"


@pytest.mark.slow
@pytest.mark.parametrize("group", ["market", "customers", "firms", "regulator"])
def test_every_preset_opens_on_either_side(visit, group):
    visit.open()
    visit.open_sections()
    for side in ("policy", "baseline"):
        visit.tab.check(f'input[name="side"][value="{side}"]')
        for name in preset_names()[group]:
            visit.tab.select_option(f"#preset-{group}", name)
            visit.shown()
            assert visit.tab.locator(".notice").count() == 0, name
            assert visit.address().side(side)[group] == name


def test_a_resting_pointer_works_ahead_for_the_place_that_a_press_leads_to(visit):
    asked = []
    visit.tab.on("websocket", lambda socket: socket.on("framesent", lambda said: asked.append(json.loads(said))))
    visit.open(f"{QUICK}&regulator=fca")
    visit.open_sections()
    slider = visit.tab.locator("#lever-regulator-annual-funding")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    for share in (0.03, 0.3, 0.55, 0.97):
        asked.clear()
        at = (box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        visit.tab.mouse.move(*at)
        visit.tab.wait_for_timeout(200)  # coming onto the slider works ahead for its neighbours, resting for the place
        hinted = visit.until(lambda: [one["queries"] for one in asked if one["do"] == "hint"])[-1]
        visit.tab.mouse.down()
        visit.tab.mouse.up()
        led = visit.until(lambda: [one["query"] for one in asked if one["do"] == "show"])[-1]
        assert parse(led)[0].policy == parse(hinted[0])[0].policy
        visit.shown()
