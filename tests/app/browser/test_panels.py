"""Looking inside: a month, a customer, a firm, and the numbers."""

from .visit import QUICK


def test_a_month_is_explained_and_another_too(visit):
    visit.open(f"{QUICK}&market=home_insurance&policy.market.ban_price_walking=true")
    tab = visit.tab
    tab.locator("#month").focus()
    tab.locator("#month").press("Home")
    for _ in range(6):
        tab.locator("#month").press("ArrowRight")
    visit.until(lambda: "year 1, month 7" in tab.inner_text("#why-line"))
    assert tab.locator("#why-line span").count() == 2
    assert tab.locator("#panel-why").is_hidden()
    tab.click("#why-button")
    tab.wait_for_selector("#panel-why h3")
    visit.until(lambda: "year 1, month 7" in tab.inner_text("#panel-why"))
    told = tab.inner_text("#panel-why")
    assert "people looked around" in told
    assert "What firms changed this month" in told
    tab.locator("#chart-experience svg").scroll_into_view_if_needed()
    tab.locator("#chart-experience svg").click(position={"x": 200, "y": 60})
    assert visit.address().view["at"] == int(tab.input_value("#month"))
    assert tab.input_value("#month") != "6"
    month = int(tab.input_value("#month"))
    visit.until(lambda: f"year {month // 12 + 1}, month {month % 12 + 1}" in tab.inner_text("#panel-why"))


def test_what_is_open_follows_the_levers(visit):
    visit.open(f"{QUICK}&at=10&open=why")
    visit.tab.wait_for_selector("#panel-why h3")
    before = visit.tab.inner_text("#panel-why")
    visit.tab.select_option("#scenario", "rivals")
    visit.until(lambda: visit.tab.inner_text("#panel-why") != before)


def test_one_customer_is_followed(visit):
    visit.open(f"{QUICK}&market=home_insurance")
    tab = visit.tab
    tab.click("#tab-customer")
    tab.wait_for_selector("#panel-customer svg")
    assert "Segment" in tab.inner_text("#panel-customer")
    tab.fill("#who", "5")
    tab.locator("#who").press("Enter")
    visit.until(lambda: visit.address().view.get("who") == 5)
    tab.click("#panel-customer button:has-text('Next')")
    visit.until(lambda: visit.address().view.get("who") == 6)
    tab.select_option("#pick", "most moves")
    visit.until(lambda: visit.address().view.get("who") != 6)
    assert "looked around" in tab.inner_text("#panel-customer")
    tab.select_option("#panel-customer .side-select", "baseline")
    visit.until(lambda: visit.address().view.get("side") == "baseline")


def test_a_firms_plan_is_shown(visit):
    visit.open(f"{QUICK}&policy.regulator=stylised_continental")
    tab = visit.tab
    tab.click("#tab-firm")
    tab.wait_for_selector("#panel-firm figure")
    assert "Gain it expects" in tab.inner_text("#panel-firm")
    tab.select_option("#firm", "Firm 3")
    visit.until(lambda: visit.address().view.get("firm") == "Firm 3")
    visit.until(lambda: tab.locator("#panel-firm:not(.busy) #firm").count() and tab.input_value("#firm") == "Firm 3")
    tab.select_option("#panel-firm .side-select", "baseline")
    visit.until(lambda: visit.address().view.get("side") == "baseline")


def test_a_rule_of_thumb_says_its_rule(visit):
    visit.open(f"{QUICK}&firms=superior_service&open=firm")
    visit.until(lambda: "rule of thumb" in visit.tab.inner_text("#panel-firm"))


def test_numbers_are_there_as_a_table(visit):
    visit.open()
    tab = visit.tab
    tab.click("#tab-table")
    assert tab.locator("#panel-table tbody tr").count() == 2
    tab.check("#table-monthly")
    assert tab.locator("#panel-table tbody tr").count() == 24
    tab.select_option("#table-line", "price")
    assert "£" in tab.inner_text("#panel-table tbody")
    tab.click("#tab-table")
    assert tab.locator("#panel-table").is_hidden()
    assert "open" not in visit.address().view


def test_tabs_move_by_arrow_keys(visit):
    visit.open()
    visit.tab.locator("#tab-why").focus()
    visit.tab.keyboard.press("ArrowLeft")
    assert visit.tab.evaluate("document.activeElement.id") == "tab-table"
    assert visit.tab.locator("#panel-table").is_visible()


def test_what_a_click_on_a_chart_told_follows_the_levers(visit):
    visit.open(f"{QUICK}&regulator=none")
    assert "Click a chart" in visit.tab.inner_text("#why-line")
    visit.tab.locator("#chart-experience svg").click(position={"x": 200, "y": 60})
    visit.until(lambda: "left" in visit.tab.inner_text("#why-line .policy") if visit.tab.locator("#why-line .policy").count() else False)
    before = visit.tab.inner_text("#why-line .policy")
    visit.tab.select_option("#scenario", "rivals")
    visit.until(lambda: visit.tab.inner_text("#why-line .policy") != before)
    assert "Firm 6" not in visit.tab.inner_text("#why-line .baseline")
