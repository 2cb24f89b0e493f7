import json

import pytest
import yaml

from cxsim.analysis.answer import Answer
from cxsim.claims import atlas
from cxsim.claims.claim import FILE, read
from cxsim.claims.record import keep, last, shipped
from cxsim.claims.runner import run
from cxsim.cli.main import main

from . import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("claims")
    same = {"control": {"title": "a", "overrides": []}, "treatment": {"title": "b", "overrides": []}}
    never = {key: made.GIVEN[key] for key in ("title", "claim", "source", "mechanism")} | {"untestable": "It has no staff."}
    for name, given in {"dearer": made.given(), "same": made.given(arms=same), "never": never}.items():
        (place / name).mkdir()
        (place / name / FILE).write_text(yaml.safe_dump(given))
    return place


@pytest.fixture(scope="module")
def findings(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return {name: run(read(folder / name), out, executor="serial", progress=False) for name in ("dearer", "same", "never")}


def test_a_true_claim_is_supported(findings):
    found = findings["dearer"]
    assert found.verdict.word == "supported"
    mean, low, high = found.pooled["price"]
    assert low <= mean <= high
    assert 8 < mean < 12
    assert found.guesses == {"customers.loyalty": ()}
    assert found.failed == 0
    assert "It stays the same" in found.sentence()


def test_arms_that_do_not_differ_show_no_effect_at_all(findings):
    # Arms share their luck, so equal arms are equal to the last bit.
    assert findings["same"].verdict.word == "no effect"
    assert all(effect.mean == 0 for effect in findings["same"].effects["price"])


def test_a_claim_that_cannot_be_tested_says_so(findings):
    assert findings["never"].sentence() == "Cannot be tested: It has no staff."


def test_running_again_redoes_nothing_and_finds_the_same(folder, tmp_path):
    claim = read(folder / "dearer")
    first = run(claim, tmp_path, quick=True, executor="serial", progress=False)
    told = []
    again = run(claim, tmp_path, quick=True, executor="serial", progress=lambda done, total: told.append(done))
    assert again == first
    assert told == []
    assert first.quick
    assert "Quick" in first.sentence()


def test_a_finding_is_kept_as_an_answer(folder, findings, tmp_path):
    place = keep(findings["dearer"], tmp_path / "dearer" / "answer-1", "cxsim claims run dearer", 1.0)
    kept = Answer.load(place)
    assert kept.kind == "claim"
    assert set(kept.tables["effects"].frame["says"]) == {"for"}
    assert last(read(folder / "dearer"), tmp_path)["verdict"] == "supported"
    assert keep(findings["dearer"], place, None, 1.0) == place


def test_the_atlas_shows_every_claim_and_its_verdict(folder, findings, tmp_path):
    page = atlas.write(tmp_path, list(findings.values()), "cxsim claims run all", 60.0, verdicts=tmp_path)
    text = page.read_text()
    for found in findings.values():
        assert found.sentence() in text
    assert (tmp_path / "figures" / "claims" / "dearer.png").is_file()
    assert {name: entry["verdict"] for name, entry in shipped(tmp_path).items()} == {
        "dearer": "supported", "same": "no effect", "never": "cannot be tested",
    }  # fmt: skip
    assert json.loads((tmp_path / "verdicts.json").read_text())["claims"]


def test_the_command_lists_runs_and_shows(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["claims", "--folder", str(folder)]) == 0
    assert "not run yet" in capsys.readouterr().out
    assert main(["claims", "run", "dearer", "--quick", "--folder", str(folder), "--workers", "1"]) == 0
    assert "Supported" in capsys.readouterr().out
    assert main(["claims", "list", "--folder", str(folder)]) == 0
    assert "supported" in capsys.readouterr().out
    assert main(["claims", "show", "dearer", "--folder", str(folder)]) == 0
    assert "smallest that counts 1 £/month" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["run"], ["run", "dearerr"], ["ran"], ["list", "--folder", "nowhere"]])
def test_bad_input_is_one_line(folder, words, capsys):
    extra = [] if "--folder" in words else ["--folder", str(folder)]
    assert main(["claims", *words, *extra]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
