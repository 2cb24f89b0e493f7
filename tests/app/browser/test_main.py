"""The address says everything, whatever it says does no harm, and what is taken along gives the same numbers."""

import io
import subprocess
import sys
import zipfile

import pytest

from cxsim.app.scenarios import SCENARIOS
from cxsim.app.state import parse
from tests.checkout import surroundings

from .visit import QUICK


def test_the_page_opens_with_the_first_scenario_and_shows_everything(visit):
    visit.open("replications=1&market.n_customers=150&months=24")
    assert visit.tab.input_value("#scenario") == SCENARIOS[0].name
    assert visit.tab.locator("figure.chart").count() == 9
    assert "£" in visit.headline("price_paid")[0]
    assert visit.address().view["scenario"] == SCENARIOS[0].name


def test_bands_fill_in_and_intervals_come(visit):
    visit.open(f"{QUICK}&replications=4&policy.regulator=fca")
    visit.tab.wait_for_selector('body[data-count="4"]')
    assert "[" in visit.headline("price_paid")[2]
    assert visit.tab.get_attribute("#chart-experience svg g:nth-of-type(3) path", "d").endswith("Z")
    assert "Mean of 4 runs" in visit.tab.inner_text("#status")


def test_bands_can_be_stopped(visit):
    visit.open(f"{QUICK}&replications=30&market.n_customers=2000&months=120")
    visit.tab.click("#stop")
    visit.until(lambda: "Stopped" in visit.tab.inner_text("#status"))
    assert visit.tab.locator("#stop").is_hidden()


def test_the_address_goes_round_and_a_refresh_keeps_everything(visit):
    query = (f"{QUICK}&regulator=fca&market.attention=0.07&policy.market.n_firms=3&policy.regulator.rules=hidden_fee,collusion&seed=9&at=11"
             "&open=why")  # fmt: skip
    visit.open(query)
    before, numbers = visit.address(), visit.headline("experience")
    assert before == parse(query)[0]
    visit.tab.reload()
    visit.shown()
    assert visit.address() == before
    assert visit.headline("experience") == numbers
    assert visit.tab.input_value("#month") == "11"
    assert visit.tab.locator("#panel-why").is_visible()


def test_going_back_takes_back_the_scenario(visit):
    visit.open(QUICK)
    visit.tab.select_option("#scenario", "rivals")
    visit.shown()
    visit.address()
    visit.tab.go_back()
    visit.shown()
    visit.until(lambda: visit.address().view.get("scenario") is None)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("market=%3Cscript%3Ealert(1)%3C/script%3E", True),
        ("market.n_firms=1e308&market.attention=NaN", True),
        ("policy.market.n_customers=9999999999", True),
        ("a=b&a=c&&&==&%zz", True),
        ("market.firms_table=/etc/passwd", True),
        ("x" * 9000, True),
        ("at=99999999999999999999&who=-5&firm=%00", False),
        ("seed=1e400", True),
    ],
)
def test_a_malformed_address_opens_the_page_and_is_said(visit, query, said):
    visit.open(f"{query}&{QUICK}")
    assert visit.tab.locator("figure.chart svg path").count() > 9
    assert (visit.tab.locator(".notice").count() > 0) is said
    while visit.tab.locator(".notice button").count():
        visit.tab.locator(".notice button").first.click()
    assert visit.tab.locator(".notice").count() == 0


def test_a_contradiction_is_said_and_can_be_undone(visit):
    visit.open(f"{QUICK}&market=rail&market.n_firms=3")
    assert "franchise" in visit.tab.inner_text("#notices")
    visit.tab.select_option("#scenario", "watchdog")
    visit.until(lambda: visit.tab.locator(".notice").count() == 0)
    visit.shown()
    assert "£" in visit.headline("price_paid")[0]


def test_rapid_moves_end_where_the_slider_ends(visit):
    visit.open(f"{QUICK}&policy.regulator=stylised_continental")
    visit.tab.evaluate(
        """async () => {
          const slider = document.getElementById("lever-regulator-detection");
          const to = (place) => { slider.value = String(place); slider.dispatchEvent(new Event("input", { bubbles: true })); };
          for (let k = 0; k < 120; k += 1) {
            to((k * 7) % 21);
            if (k % 10 === 0) await new Promise((done) => setTimeout(done, 5));
          }
          to(4);
        }"""
    )
    visit.shown()
    assert visit.address().config("policy").regulator.detection == 0.2
    numbers = visit.headline("hidden_fees")
    visit.tab.reload()
    visit.shown()
    assert visit.headline("hidden_fees") == numbers


def test_a_lost_connection_is_said_and_comes_back(visit):
    sockets = []
    visit.tab.route_web_socket("**/live", lambda socket: sockets.append((socket, socket.connect_to_server())))
    visit.open()
    visit.until(lambda: sockets)
    sockets[0][0].close(code=1011)
    visit.until(lambda: len(sockets) == 2)
    visit.shown()
    visit.tab.select_option("#scenario", "rivals")
    visit.shown()
    assert visit.address().view["scenario"] == "rivals"


def test_link_command_and_script_are_copied_and_the_script_gives_the_numbers_shown(visit, tmp_path):
    visit.open(f"{QUICK}&policy.regulator=fca")
    copied = {}
    for button in ("copy-link", "copy-command", "copy-python"):
        visit.tab.click(f"#{button}")
        visit.until(lambda: "copied" in visit.tab.inner_text("#status"))
        copied[button] = visit.tab.evaluate("navigator.clipboard.readText()")
        visit.tab.evaluate("document.getElementById('status').textContent = ''")
    state = visit.address()
    assert parse(copied["copy-link"].partition("?")[2])[0] == state
    assert copied["copy-command"] == state.commands()
    script = tmp_path / "compare.py"
    tail = """
for run in (baseline, policy):
    print(run.summary().query("segment == ''").set_index("metric")["end"]["experience"])
"""
    script.write_text(copied["copy-python"] + tail, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, env=surroundings())
    assert [f"{float(line):.1f}" for line in done.stdout.splitlines()[-2:]] == visit.headline("experience")[:2]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_data_are_saved(visit, tmp_path, kind):
    visit.open()
    with visit.tab.expect_download() as saved:
        visit.tab.click(f"#save-{kind}")
    saved.value.save_as(tmp_path / "data.zip")
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "data.zip").read_bytes())).namelist()
    assert {f"policy/monthly.{kind}", f"baseline/ledger.{kind}"} <= set(names)


def test_data_that_cannot_be_saved_are_said(visit):
    visit.open()
    visit.tab.route("**/data.zip*", lambda route: route.fulfill(status=503, body='{"error": "This takes too long."}'))
    visit.tab.click("#save-csv")
    visit.until(lambda: "This takes too long." in visit.tab.inner_text("#notices"))
    visit.until(lambda: visit.tab.locator("#save-csv").is_enabled())
    visit.wrong[:] = [wrong for wrong in visit.wrong if "503" not in wrong]
