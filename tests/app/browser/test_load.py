"""A class of thirty opens the link and moves levers at once."""

import json
import threading
import time

import pytest

from ..serving import connect, until


@pytest.mark.slow
def test_thirty_sockets_at_once_are_all_answered(page_served):
    waited: list[float] = []
    failed: list[BaseException] = []

    def student(number):
        try:
            with connect(page_served) as socket:
                for move in range(6):
                    started = time.monotonic()
                    detection = (number + 3 * move) % 20 / 20
                    query = f"market=generic&policy.regulator=stylised_continental&policy.regulator.detection={detection}"
                    socket.send(json.dumps({"do": "show", "serial": move + 1, "query": query}))
                    while until(socket, "picture", 120)["serial"] != move + 1:
                        pass
                    waited.append(time.monotonic() - started)
                    time.sleep(1.0)
        except BaseException as error:
            failed.append(error)

    students = [threading.Thread(target=student, args=(number,)) for number in range(30)]
    for one in students:
        one.start()
    for one in students:
        one.join()
    assert failed == []
    assert len(waited) == 180
    waited.sort()
    print(f"first pictures under load: median {waited[90]:.2f} s, 95th percentile {waited[171]:.2f} s, longest {waited[-1]:.2f} s")


@pytest.mark.slow
def test_six_browsers_at_once_stay_usable(browser, page_served):
    from .visit import QUICK, Visit

    context = browser.new_context()
    visits = [Visit(context.new_page(), page_served).open(f"{QUICK}&seed={number + 1}") for number in range(6)]
    for place in range(5):
        for visit in visits:
            visit.tab.evaluate(
                "(place) => { const slider = document.getElementById('lever-market-price-cap'); slider.value = String(place); "
                "slider.dispatchEvent(new Event('input', { bubbles: true })); }", place)  # fmt: skip
    for visit in visits:
        visit.shown()
        assert visit.wrong == []
    context.close()
