"""The server lets in what was meant for it, serves its few files and nothing else, and survives what it is sent."""

import http.client
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxsim.app import wire
from cxsim.app.picture import METRICS
from cxsim.app.server import STATIC
from cxsim.app.state import parse
from cxsim.results.run import Run
from tests.checkout import surroundings

from .serving import SMALL, connect, until

COMPARED = f"{SMALL}&seed=7&policy.regulator=stylised_continental"


def ask(page, path, **headers):
    link = http.client.HTTPConnection("127.0.0.1", page.port, timeout=120)
    try:
        link.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            link.putheader(name, value)
        link.endheaders()
        answer = link.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        link.close()


def test_the_page_and_its_files_are_served_with_headers_that_forbid_everything_else(page_served):
    for path in ("/", "/static/main.js", "/static/style.css", "/furniture.json"):
        status, headers, body = ask(page_served, path)
        assert status == 200
        assert body
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_no_file_of_the_page_names_another_host():
    for path in STATIC.iterdir():
        found = set(re.findall(r"(?:https?:)?//[a-z][a-z0-9.-]+\.[a-z]{2,}", path.read_text(encoding="utf-8")))
        assert found <= {"http://www.w3.org"}, path  # the name of SVG, which nobody loads


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static//etc/passwd",
                                  "/static/", "/etc/passwd", "/static/main.js/../../server.py", "/static/main.js%00"])  # fmt: skip
def test_no_path_leads_out_of_the_pages_own_files(page_served, path):
    status, _, body = ask(page_served, path)
    assert status == 404
    assert b"Doorkeeper" not in body


def test_only_our_own_names_are_answered(page_served):
    # Any web site may give its own name this machine's address; the browser would then take its pages for ours (DNS rebinding).
    assert ask(page_served, "/", Host=f"localhost:{page_served.port}")[0] == 200
    assert ask(page_served, "/", Host="evil.example")[0] == 421
    assert ask(page_served, "/data.zip", Host=f"evil.example:{page_served.port}")[0] == 421


@pytest.mark.parametrize("host", ["[", "]:80", "[::1", "127.0.0.1@evil.example", "127.0.0.1.evil.example", "\xff\xfe", " ", ""])
def test_a_name_that_is_none_is_refused_and_breaks_nothing(page_served, host):
    assert ask(page_served, "/data.zip", Host=host)[0] in {400, 421}
    assert ask(page_served, "/")[0] == 200


def test_another_site_may_link_to_the_page_and_to_nothing_else(page_served):
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert ask(page_served, "/", **elsewhere)[0] == 200
    assert ask(page_served, f"/data.zip?{SMALL}", **elsewhere)[0] == 421
    assert ask(page_served, "/static/main.js", **{"Sec-Fetch-Site": "same-origin"})[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None, "http://127.0.0.1:1"])
def test_only_the_page_itself_may_open_a_socket(page_served, origin):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect as open_socket

    with pytest.raises(InvalidStatus):
        open_socket(f"ws://127.0.0.1:{page_served.port}/live", origin=origin)


def test_a_socket_survives_nonsense_and_still_answers(page_served):
    with connect(page_served) as socket:
        for nonsense in ("", "null", "{", "x" * 70_000, json.dumps({"do": "show", "serial": 1, "query": "market=" + "y" * 9000})):
            try:
                socket.send(nonsense)
            except Exception:
                break
        else:
            socket.send(json.dumps({"do": "show", "serial": 2, "query": SMALL}))
    with connect(page_served) as socket:
        socket.send(json.dumps({"do": "show", "serial": 3, "query": SMALL}))
        assert until(socket, "picture")["serial"] == 3


def test_what_is_served_is_what_the_library_computes(page_served):
    state, _ = parse(f"{COMPARED}&replications=1")
    with connect(page_served) as socket:
        socket.send(json.dumps({"do": "show", "serial": 1, "query": f"{COMPARED}&replications=1"}))
        while True:
            message = socket.recv(60)
            if isinstance(message, bytes) and (header := wire.unpack(message)[0])["is"] == "picture":
                break
    from cxsim.results.run import run_config

    numbers = wire.unpack(message)[1]
    start = 0
    for side in ("baseline", "policy"):
        run = run_config(state.config(side), progress=False)
        place, months = header["sides"][side]["places"]["experience"]
        np.testing.assert_array_equal(numbers[start + place : start + place + months], run.monthly["experience"])
        start += header["sides"][side]["size"]


@pytest.fixture(scope="module")
def served_comparison(page_served, tmp_path_factory):
    """The page's numbers of one comparison: the headline of all replications, and the data as a ZIP file."""
    with connect(page_served) as socket:
        socket.send(json.dumps({"do": "show", "serial": 1, "query": COMPARED}))
        state = until(socket, "state")
        while (picture := until(socket, "picture"))["count"] < 4:
            pass
    status, headers, body = ask(page_served, f"/data.zip?format=parquet&{COMPARED}")
    assert status == 200
    assert "attachment" in headers["content-disposition"]
    folder = tmp_path_factory.mktemp("served")
    zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
    return state, picture, folder


def test_the_command_copied_gives_the_same_numbers_to_the_last_digit(served_comparison, tmp_path):
    state, picture, folder = served_comparison
    for side, line in zip(("baseline", "policy"), state["commands"].splitlines(), strict=True):
        words = line.split()
        assert words[:2] == ["cxsim", "run"]
        subprocess.run([sys.executable, "-m", "cxsim", *words[1:], "figures=false"], cwd=tmp_path, check=True, capture_output=True,
                       env=surroundings())  # fmt: skip
        run = Run.load(tmp_path / "results" / side)
        for name, table in run.tables.items():
            assert table.equals(Run.load(folder / side).tables[name])
        ends = run.summary().query("segment == ''").set_index("metric")["end"]
        assert [row[0] for row in picture["sides"][side]["ends"]] == [ends[name] for name in METRICS]


def test_the_script_copied_gives_the_same_numbers_to_the_last_digit(served_comparison, tmp_path):
    state, picture, _ = served_comparison
    script = tmp_path / "compare.py"
    tail = "\nfor name, run in (('baseline', baseline), ('policy', policy)):\n    run.monthly.to_parquet(f'{name}.parquet')\n"
    script.write_text(state["python"] + tail, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, check=True, capture_output=True, text=True, env=surroundings())
    assert "experience" in done.stdout or "metric" in done.stdout
    for side in ("baseline", "policy"):
        monthly = pd.read_parquet(tmp_path / f"{side}.parquet")
        last = monthly[monthly["month"] >= 12].groupby("replication")["experience"].mean()
        place = METRICS.index("experience")
        assert picture["sides"][side]["ends"][place][0] == pytest.approx(last.mean(), rel=1e-15)


def test_data_that_cannot_be_made_are_refused_in_one_sentence(page_served):
    for query, words in ((f"format=exe&{SMALL}", "csv, parquet"), ("format=csv&market=rail&market.n_firms=4", "franchise")):
        status, _, body = ask(page_served, f"/data.zip?{query}")
        assert status == 400
        assert words in json.loads(body)["error"]


def test_csv_holds_commands_and_script(page_served):
    status, _, body = ask(page_served, f"/data.zip?format=csv&{COMPARED}")
    assert status == 200
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert {"commands.sh", "compare.py", "address.txt", "baseline/monthly.csv", "policy/ledger.csv"} <= set(names)


def test_the_files_of_the_page_travel_in_the_package():
    import cxsim

    assert {path.name for path in (Path(cxsim.__file__).parent / "app" / "static").iterdir()} >= {"index.html", "main.js", "style.css"}
