"""Checkpoints on disk: a market goes on from one bit for bit in a new process; anything else in the file is refused in one sentence."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxsim import Market
from cxsim.config.errors import CheckpointError, CxsimError
from cxsim.config.load import load, with_values
from cxsim.config.presets import files
from cxsim.config.run import Config
from cxsim.market import checkpoint
from cxsim.market.snapshot import resume, take

from .kinds import market_of, played
from .sameness import assert_same, assert_same_tables
from .test_snapshot import KINDS, own

ROOT = Path(__file__).resolve().parents[2]
GO_ON = """
import hashlib, json, sys
from cxsim.results.frames import combine, digest
from cxsim.market.model import Market

def said(market):
    while market.running:
        market.step()
    seen = hashlib.sha256(digest(combine([market.frames()])).encode())
    for column in market.population.columns.values():
        seen.update(column.tobytes())
    return seen.hexdigest()

if __name__ == "__main__":
    print(json.dumps({path: said(Market.restore(path, allow_user_code=True)) for path in sys.argv[1:]}))
"""


def said(market):
    names = {"__name__": "said"}
    exec(GO_ON, names)
    return names["said"](market)


def in_a_new_process(paths):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    done = subprocess.run(
        [sys.executable, "-c", GO_ON, *map(str, paths)], capture_output=True, text=True, check=False, env=environment, cwd=ROOT
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def test_every_kind_of_market_goes_on_the_same_in_a_new_process(tmp_path):
    whole, paths = {}, []
    for number, (kind, values) in enumerate(KINDS.items()):
        market = played(market_of(values | {"months": 12}), 9)
        paths.append(market.save(tmp_path / f"{number}.cxsim"))
        whole[str(paths[-1])] = kind, said(market)
    gone_on = in_a_new_process(paths)
    assert {kind: gone_on[path] for path, (kind, _) in whole.items()} == dict(whole.values())


@pytest.mark.slow
def test_every_preset_goes_on_the_same_in_a_new_process(tmp_path):
    presets = files()
    cases = [(f"market={name}",) for name in presets["market"]]
    cases += [("market=generic", f"firms={name}") for name in presets["firms"]]
    cases += [("market=generic", f"regulator={name}") for name in presets["regulator"]]
    cases += [("market=generic", f"customers={name}") for name in presets["customers"]]
    whole, paths = {}, []
    for number, overrides in enumerate(cases):
        market = Market(load(*overrides, **{"market.n_customers": 400}), rng=7)
        played(market, 24 + 60)
        paths.append(market.save(tmp_path / f"{number}.cxsim"))
        whole[str(paths[-1])] = said(market)
    assert in_a_new_process(paths) == whole


def test_restored_at_once_it_is_the_same_market(tmp_path):
    market = played(market_of({}), 7)
    market.save(tmp_path / "a" / "b" / "day.cxsim")
    restored = Market.restore(tmp_path / "a" / "b" / "day.cxsim")
    assert_same(market, restored)
    assert_same_tables(market, restored)
    assert os.listdir(tmp_path / "a" / "b") == ["day.cxsim"]


def test_months_so_far_can_be_left_out(tmp_path):
    market = played(market_of({}), 7)
    market.save(tmp_path / "with")
    market.save(tmp_path / "without", history=False)
    assert Market.restore(tmp_path / "without").recorder.records == []
    assert (tmp_path / "without").stat().st_size < (tmp_path / "with").stat().st_size
    assert checkpoint.read(tmp_path / "without").records is None
    assert_same(played(Market.restore(tmp_path / "without"), 1), resume_without_history(market))


def resume_without_history(market):
    return played(resume(take(market, history=False)), 1)


def test_before_the_first_reported_month_there_are_no_months_so_far(tmp_path):
    market = market_of({})
    market.save(tmp_path / "day")
    assert_same(played(Market.restore(tmp_path / "day"), 3), played(market, 3))


def test_equal_markets_give_equal_files(tmp_path):
    for name in ("one", "two"):
        played(market_of({}), 3).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_run_can_go_on_for_longer_and_under_other_rules(tmp_path):
    played(market_of({}), 22).save(tmp_path / "day")
    assert not Market.restore(tmp_path / "day").running
    longer = Market.restore(tmp_path / "day", months=30, **{"market.ban_price_walking": True})
    while longer.running:
        longer.step()
    assert longer.month == 30
    assert not longer.frames()["monthly"]["loyalty_premium"].iloc[-1]
    with pytest.raises(CxsimError, match=r"market\.n_customers: .*settled when a run starts"):
        Market.restore(tmp_path / "day", **{"market.n_customers": 5})


def test_users_code_is_imported_only_where_it_is_allowed(tmp_path):
    market = played(market_of(own("Rememberer")), 3)
    market.save(tmp_path / "day")
    with pytest.raises(CheckpointError, match=r"Rememberer.*allow_user_code=True"):
        Market.restore(tmp_path / "day")
    assert_same(Market.restore(tmp_path / "day", allow_user_code=True), market)


# --- writing -----------------------------------------------------------------------------------------------------------


def test_nothing_is_overwritten(tmp_path):
    market = market_of({})
    (tmp_path / "day").write_text("mine")
    with pytest.raises(CheckpointError, match="day: there is one already"):
        market.save(tmp_path / "day")
    assert (tmp_path / "day").read_text() == "mine"


def test_a_name_taken_in_the_last_moment_is_respected(tmp_path, monkeypatch):
    market = market_of({})
    for broken in (False, True):
        target = tmp_path / f"day-{broken}"
        packed = checkpoint._packed

        def meanwhile(snapshot, target=target, packed=packed):
            target.write_text("mine")
            return packed(snapshot)

        def no_links(*_):
            raise OSError("no links here")

        with monkeypatch.context() as patched:
            patched.setattr(checkpoint, "_packed", meanwhile)
            if broken:
                patched.setattr(os, "link", no_links)
            with pytest.raises(CheckpointError, match="there is one already"):
                market.save(target)
        assert target.read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["day-False", "day-True"]


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    market = market_of({})
    assert_same(Market.restore(market.save(tmp_path / "day")), market)


@pytest.mark.parametrize("stage", ["write_bytes", "link"])
def test_what_cannot_be_written_leaves_nothing(tmp_path, monkeypatch, stage):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full) if stage == "write_bytes" else monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(CheckpointError, match=r"day: it cannot be written \(No space left"):
        market_of({}).save(tmp_path / "day")
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="it cannot be written"):
        market_of({}).save(tmp_path / "file" / "day")


# --- reading what is no checkpoint -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    path = tmp_path_factory.mktemp("day") / "day.cxsim"
    return played(market_of({"market.n_customers": 60}), 4).save(path)


def resealed(day, target, change):
    """The checkpoint with its members changed, sealed again as if cxsim had written it so."""
    with zipfile.ZipFile(day) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    members[checkpoint.SEAL] = checkpoint._seal(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def head_changed(change):
    def apply(members):
        head = json.loads(members[checkpoint.HEAD])
        change(head)
        members[checkpoint.HEAD] = json.dumps(head).encode()

    return apply


def test_a_file_torn_anywhere_is_refused(day, tmp_path):
    content = day.read_bytes()
    torn = tmp_path / "torn"
    for length in {*range(0, 400, 37), *range(0, len(content) - 1, len(content) // 40), len(content) - 1}:
        torn.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match=r"torn: it (is no checkpoint of cxsim's|has changed)"):
            Market.restore(torn)


@given(st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_a_file_changed_anywhere_is_refused_or_says_the_same(day, data):
    content = bytearray(day.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = day.with_name("changed")
    changed.write_bytes(content)
    try:
        found = Market.restore(changed)
    except CheckpointError:
        return
    assert_same(found, Market.restore(day))  # the zip format has bytes that mean nothing, dates for one


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"\x80\x04\x95" * 50, os.urandom(2000)])
def test_files_of_another_kind_are_refused(tmp_path, content):
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"other: it is no checkpoint of cxsim's"):
        Market.restore(path)


def test_archives_of_another_kind_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(CheckpointError, match=r"it is no checkpoint of cxsim's; checkpoint\.json or sha256 is missing"):
        Market.restore(tmp_path / "other.npz")
    with pytest.raises(CheckpointError, match=r"nowhere: it cannot be read \(No such file"):
        Market.restore(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match=r"it cannot be read \(Is a directory"):
        Market.restore(tmp_path)


class Evil:
    """Would run code when unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('pickle was run')",))


def test_a_pickle_inside_is_not_opened(day, tmp_path):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([Evil()], dtype=object), allow_pickle=True)
    with pytest.raises(CheckpointError, match="Object arrays cannot be loaded"):
        Market.restore(resealed(day, tmp_path / "evil", lambda members: members.update({"a0.npy": stream.getvalue()})))


@pytest.mark.parametrize(("change", "told"), [
    (lambda head: head.update(kind="other"), "given other, format 1; this cxsim reads cxsim checkpoint, format 1"),
    (lambda head: head.update(version=2), "given cxsim checkpoint, format 2; this cxsim reads"),
    (lambda head: head.pop("layout"), "it does not say what it holds"),
    (lambda head: head["layout"]["levers"].remove("price"), "another layout than this cxsim's; it was written by .*Levers: it lacks price"),
    (lambda head: head["layout"]["parameters"].append("market.tax"), r"Parameters: it has market\.tax beside"),
    (lambda head: head["layout"]["sums of a month"].reverse(), "Sums of a month: it has them in another order"),
    (lambda head: head["layout"].pop("offers"), "Offers: it lacks price, appeal"),
    (lambda head: head["config"].update(months="soon"), "it cannot be read .*months"),
    (lambda head: head.pop("month"), "it cannot be read .*month"),
    (lambda head: head["state"].pop("table"), "it cannot be put back .*table"),
    (lambda head: head["state"]["luck"].update(random=[1]), "it cannot be put back"),
    (lambda head: head["state"]["table"]["levers"].update(value="a999"), "it cannot be read .*a999"),
    (lambda head: head["state"]["regulator"]["open_cases"].append({"slot": 1}), "it cannot be put back .*Case"),
])  # fmt: skip
def test_another_format_layout_or_content_is_refused_with_what_differs(day, tmp_path, change, told):
    with pytest.raises(CheckpointError, match=told):
        Market.restore(resealed(day, tmp_path / "other", head_changed(change)))


def test_a_head_that_is_none_is_refused(day, tmp_path):
    for content in (b"[]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(CheckpointError):
            Market.restore(resealed(day, tmp_path / "other", lambda members, content=content: members.update({checkpoint.HEAD: content})))


def test_other_code_with_the_same_layout_warns(day, tmp_path):
    path = resealed(day, tmp_path / "other", head_changed(lambda head: head.update(engine="0123456789abcdef")))
    with pytest.warns(checkpoint.OtherCodeWarning, match=r"engine 0123456789abcdef.*may differ"):
        assert_same(Market.restore(path), Market.restore(day))


def test_the_digest_of_the_engine_follows_its_sources(tmp_path, monkeypatch):
    rooms = tmp_path / "cxsim"
    for room in checkpoint._ROOMS:
        (rooms / room).mkdir(parents=True)
        (rooms / room / "part.py").write_text("x = 1")
    monkeypatch.setattr("cxsim.__file__", str(rooms / "__init__.py"))
    before = checkpoint.engine.__wrapped__()
    assert before == checkpoint.engine.__wrapped__() != checkpoint.engine()
    (rooms / "market" / "part.py").write_text("x = 2")
    assert checkpoint.engine.__wrapped__() != before


def test_reading_does_not_need_the_file_that_the_digest_was_made_of(day):
    with zipfile.ZipFile(day) as archive:
        assert (
            archive.read(checkpoint.SEAL).decode()
            == hashlib.sha256(
                b"".join(
                    f"{name}\0{len(archive.read(name))}\0".encode() + archive.read(name) for name in archive.namelist() if name != "sha256"
                )
            ).hexdigest()
        )


def test_a_table_of_firms_that_has_changed_is_noticed(tmp_path):
    table = tmp_path / "firms.csv"
    table.write_text("name,share\nOld,0.6\nNew,0.4\n")
    values = {"market.firms_table": str(table), "market.n_firms": None, "market.n_customers": 50, "months": 3, "burn_in": 0}
    path = played(Market(with_values(Config(), values)), 1).save(tmp_path / "day")
    table.write_text("name,share\nOld,0.6\nOther,0.4\n")
    with pytest.raises(CheckpointError, match=r"the firms at the start: it holds Old, New; .*Old, Other"):
        Market.restore(path)
