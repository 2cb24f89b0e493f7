import pytest

from cxsim.config.load import load
from cxsim.market.model import Market
from cxsim.tournament import entries as entrants
from cxsim.tournament import guard

from . import HEAD, folder


def play(tmp_path, code, months=4):
    files = entrants.files_of(folder(tmp_path / "e", one=code))
    package = entrants.keep(files, tmp_path)
    with entrants.importable(package):
        found, refused = entrants.read(files, package)
        assert not refused
        market = Market(load("market=generic", "market.n_customers=60", "months=4", "burn_in=0", **{
            "firms.strategy": [found[0].spec, "low_price"], "market.n_firms": 2, "allow_user_code": True}), rng=1)  # fmt: skip
        for _ in range(months):
            market.step()
        return market


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1 / 0\n", "ZeroDivisionError"),
        ("raise SystemExit\n", "SystemExit"),
        ("return None\n", "a mapping"),
        ("return {'prize': 3.0}\n", "Did you mean price"),
        ("return {'price': float('nan')}\n", "finite"),
        ("return {'price': [1.0, 2.0]}\n", "finite"),
        ("return {'quality': 'high'}\n", "finite"),
        ("market.firms[1].set_levers({'price': 99.0})\n        return {}\n", "changed the levers"),
    ],
)
def test_whatever_an_entry_does_wrong_is_an_error_that_names_it(tmp_path, body, said):
    with pytest.raises(guard.EntryError, match=said) as caught:
        play(tmp_path, HEAD + body)
    assert guard.guilty(str(caught.value)) == "one"
    assert "\n" not in str(caught.value)


def test_an_entry_that_never_ends_and_catches_everything_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.2)
    body = "while True:\n            try:\n                sum(range(1000))\n            except Exception:\n                pass\n"
    with pytest.raises(guard.EntryError, match="processor time"):
        play(tmp_path, HEAD + body)


def test_a_guarded_strategy_decides_what_it_would_alone(tmp_path, monkeypatch):
    code = HEAD + "return {'price': 0.97 * firm.price, 'service': firm.service + 0.1, 'quality': 0.6}\n"
    guarded = play(tmp_path, code)
    folder(tmp_path, cxsim_test_alone=code)
    monkeypatch.syspath_prepend(tmp_path)
    alone = Market(load("market=generic", "market.n_customers=60", "months=4", "burn_in=0", **{
        "firms.strategy": ["cxsim_test_alone:Own", "low_price"], "market.n_firms": 2, "allow_user_code": True}), rng=1)  # fmt: skip
    for _ in range(4):
        alone.step()
    assert guarded.frames()["monthly"].equals(alone.frames()["monthly"])


def test_what_entries_print_is_not_shown(tmp_path, capsys):
    play(tmp_path, HEAD + "print('look at me')\n        return {}\n")
    assert "look at me" not in capsys.readouterr().out
