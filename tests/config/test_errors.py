import copy
import importlib
import inspect
import pickle
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import cxsim
from cxsim.config.errors import BadValueError, CxsimError, UnknownPresetError, nearest, shown


def _kinds(of):
    return [of, *(kind for below in of.__subclasses__() for kind in _kinds(below))]


def _every_kind():
    for module in pkgutil.walk_packages(cxsim.__path__, "cxsim."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except CxsimError as error:  # a module that needs an extra which is not here says so, and has no kinds of its own
                if "pip install 'cxsim[" not in str(error):
                    raise
    return sorted({kind for kind in _kinds(CxsimError) if kind.__module__.startswith("cxsim.")}, key=lambda kind: kind.__qualname__)


def _made(kind):
    """One of a kind, from words for whatever it takes."""
    if kind.__init__ in (CxsimError.__init__, Exception.__init__):
        return kind("said")
    asked = [each for each in inspect.signature(kind).parameters.values() if each.default is each.empty]
    return kind(*(["some", "words"] if "Iterable" in str(each.annotation) else "word" for each in asked))


def test_every_error_can_be_sent_from_one_process_to_another():
    kinds = _every_kind()
    assert len(kinds) > 8
    for kind in kinds:
        error = _made(kind)
        for same in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
            assert type(same) is kind
            assert (str(same), same.args, same.__dict__, same.exit_code) == (str(error), error.args, error.__dict__, error.exit_code)
            assert str(same).strip()


def _refuse(key):
    raise BadValueError(key, 7, "1 to 3", " Did you mean 2?")


def test_an_error_in_a_worker_is_the_error_here_and_the_pool_lives_on():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for key in ("first", "second"):
            with pytest.raises(BadValueError, match=f"{key}: given 7; allowed: 1 to 3. Did you mean 2?") as caught:
                pool.submit(_refuse, key).result()
            assert caught.value.key == key


@pytest.mark.parametrize(("given", "known", "said"), [
    ("market.n_frims", ["market.n_firms", "seed"], " Did you mean market.n_firms?"),
    ("n_firms", ["market.n_firms"], " Did you mean market.n_firms?"), ("zzz", ["market.n_firms"], ""), ("x", [], ""),
])  # fmt: skip
def test_the_nearest_name_is_told_where_one_is_near(given, known, said):
    assert nearest(given, known) == said


@pytest.mark.parametrize(("value", "said"), [(None, "null"), (True, "true"), ("a", "'a'"), (0.5, "0.5")])
def test_values_are_shown_as_they_are_typed(value, said):
    assert shown(value) == said


def test_a_long_value_is_cut():
    assert len(shown("x" * 1_000)) == 80
    assert len(str(UnknownPresetError("market", "y" * 10, ["rail"]))) < 200
