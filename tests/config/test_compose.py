import re
import shutil

import pytest
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import MissingConfigException

from cxsim.config import compose as composition
from cxsim.config import paths
from cxsim.config.compose import compose
from cxsim.config.errors import CxsimError
from cxsim.config.load import resolved
from cxsim.config.run import Config


@pytest.fixture
def mine(tmp_path):
    def make(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return tmp_path

    return make


def keys(mapping, prefix=""):
    for name, value in mapping.items():
        yield f"{prefix}{name}"
        if prefix == "" and isinstance(value, dict):
            yield from keys(value, f"{name}.")


def test_every_key_of_the_schema_is_there():
    assert list(keys(compose([]).mapping)) == list(keys(resolved(Config())))


def test_a_preset_changes_only_what_it_states(mine):
    folder = mine("market/mine.yaml", "n_firms: 7\n")
    found = compose(["market=mine"], folder).mapping["market"]
    assert found == {**resolved(Config())["market"], "n_firms": 7}


def test_a_users_preset_comes_before_one_of_the_same_name(mine):
    folder = mine("market/energy.yaml", "n_firms: 7\n")
    assert compose(["market=energy"], folder).mapping["market"]["n_firms"] == 7
    assert compose(["market=energy"]).mapping["market"]["n_firms"] != 7


def test_a_users_preset_may_build_on_one_of_cxsims(mine):
    folder = mine("market/mine.yaml", "defaults:\n  - rail\nattention: 0.5\n")
    found, rail = (compose([f"market={name}"], folder).mapping["market"] for name in ("mine", "rail"))
    assert found == {**rail, "attention": 0.5}


def test_an_experiment_chooses_presets_and_sets_values_and_the_command_line_has_the_last_word(mine):
    text = "# @package _global_\ndefaults:\n  - override /market: rail\nmonths: 7\nmarket:\n  attention: 0.5\n"
    folder = mine("experiment/sub/mine.yaml", text)
    rail = compose(["market=rail"]).mapping
    found = compose(["experiment=sub/mine"], folder).mapping
    assert found == {**rail, "months": 7, "market": {**rail["market"], "attention": 0.5}}
    assert compose(["experiment=sub/mine", "months=9"], folder).mapping["months"] == 9
    energy = compose(["experiment=sub/mine", "market=energy"], folder).mapping["market"]
    assert energy == {**compose(["market=energy"]).mapping["market"], "attention": 0.5}


def test_interpolations_are_resolved_and_reported():
    composed = compose(["market.population=${market.n_customers}"])
    assert composed.mapping["market"]["population"] == composed.mapping["market"]["n_customers"]
    assert composed.unresolved["market"]["population"] == "${market.n_customers}"
    assert compose([]).unresolved is None


@pytest.mark.parametrize(("path", "text", "words"), [
    ("market/mine.yaml", "a: [1\n", "market/mine.yaml, line"),
    ("market/mine.yaml", "a: 1\na: 2\n", "duplicate"),
    ("market/mine.yaml", "a: !!python/object/apply:os.system ['true']\n", "could not determine a constructor"),
    ("market/mine.yaml", "\x00", ""),
    ("market/mine.yaml", "n_firms: ${nowhere}\n", "nowhere"),
    ("market/mine.yaml", "n_firms: ${market.n_firms}\n", ""),
    ("market/mine.yaml", "defaults: [no_such_preset]\n", "no_such_preset"),
    ("market/mine.yaml", "defaults: [mine]\n", ""),
])  # fmt: skip
def test_bad_yaml_is_one_clear_error(mine, path, text, words):
    folder = mine(path, text)
    with pytest.raises(CxsimError, match="cannot be put together") as caught:
        compose(["market=mine"], folder)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("content", "told"), [
    (b"- 1\n- 2\n", "it holds [1, 2]; a preset is a mapping from parameters to values"),
    (b"title: caf\xe9\n", "it is no text in UTF-8"),
])  # fmt: skip
def test_a_file_that_can_be_no_preset_is_named(mine, content, told):
    folder = mine("market/mine.yaml", "")
    (folder / "market" / "mine.yaml").write_bytes(content)
    with pytest.raises(CxsimError) as caught:
        compose(["regulator=none", "market=mine", "seed=2"], folder)
    assert str(caught.value).startswith(f"{folder / 'market' / 'mine.yaml'}: {told}")


@pytest.mark.parametrize(("given", "told"), [
    ("hydra/launcher=cxsm", "hydra/launcher=cxsm: it is not installed here. Did you mean cxsim? Allowed: basic, cxsim"),
    ("hydra/launcher=nothing", "hydra/launcher=nothing: it is not installed here. Allowed: basic, cxsim"),
    ("hydra/sweeper=optuna", "hydra/sweeper=optuna: it is not installed here. Allowed: basic"),
])  # fmt: skip
def test_what_hydra_lacks_is_told_with_what_it_has(given, told):
    with pytest.raises(CxsimError) as caught:
        compose([given])
    assert str(caught.value).startswith(told)


def test_a_launcher_of_an_extra_that_is_not_installed_is_told_with_the_extra():
    error = MissingConfigException("Could not find it", "hydra/launcher/submitit_slurm", ["basic", "cxsim"])
    assert "pip install 'cxsim[submitit]' brings it. Allowed: basic, cxsim." in composition._missing(error)


def test_an_experiment_that_forgets_its_package_is_told_so(mine):
    folder = mine("experiment/mine.yaml", "months: 7\n")
    with pytest.raises(CxsimError, match=r"experiment=mine: .*@package _global_"):
        compose(["experiment=mine"], folder)


def test_composing_leaves_an_outer_hydra_application_alone(mine):
    folder = mine("config.yaml", "a: 1\n")
    with initialize_config_dir(str(folder), version_base="1.3"):
        outer = GlobalHydra.instance().hydra
        compose(["market=rail"])
        assert GlobalHydra.instance().hydra is outer
        with pytest.raises(CxsimError):
            compose(["market=no_such_preset"])
        assert hydra_compose("config").a == 1
    assert not GlobalHydra.instance().is_initialized()


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of cxsim's presets in place of them, free to change."""
    folder = tmp_path / "conf"
    shutil.copytree(paths.conf_dir(), folder)
    monkeypatch.setattr(paths, "conf_dir", lambda: folder)
    return folder


@pytest.fixture
def composing(monkeypatch):
    """Counts how often Hydra is asked."""
    asked = []
    real = composition.hydra_compose
    monkeypatch.setattr(composition, "hydra_compose", lambda *words, **given: asked.append(words) or real(*words, **given))
    return asked


def test_what_was_composed_is_kept_and_its_mapping_is_free_to_change(shipped, composing):
    first = compose(["market=rail", "months=7"])
    first.mapping["market"]["n_firms"] = 99
    first.mapping["market"]["sources"].clear()
    again = compose(["market=rail", "months=7"])
    assert len(composing) == 1
    assert again.mapping == compose(["months=7", "market=rail"]).mapping
    assert len(composing) == 2
    assert again.mapping["market"]["sources"]
    assert compose(["market=rail"]).mapping["months"] != 7


def test_a_preset_of_cxsims_that_has_changed_is_composed_again(shipped):
    before = compose(["market=rail"]).mapping["market"]
    path = shipped / "market" / "rail.yaml"
    path.write_text(re.sub(r"(?m)^n_firms: .*$", "n_firms: 17", path.read_text()))
    assert compose(["market=rail"]).mapping["market"] == {**before, "n_firms": 17}


def test_what_may_change_unseen_is_not_kept(mine, composing, monkeypatch):
    folder = mine("market/mine.yaml", "n_firms: ${oc.decode:${oc.env:CXSIM_TEST_FIRMS}}\n")
    for firms in (2, 3):
        monkeypatch.setenv("CXSIM_TEST_FIRMS", str(firms))
        assert compose(["market=mine"], folder).mapping["market"]["n_firms"] == firms
        assert compose(["name=${oc.env:CXSIM_TEST_FIRMS}"]).mapping["name"] == str(firms)
    asked = len(composing)
    for _ in range(2):
        compose(["hydra.sweeper.params={}"])
    assert len(composing) == asked + 2


def test_no_more_is_kept_than_said(composing, monkeypatch):
    monkeypatch.setattr(composition, "KEPT", 2)
    for months in (101, 102, 103, 103, 101):
        assert compose([f"months={months}"]).mapping["months"] == months
    assert len(composing) == 4
    assert len(composition._kept) == 2
