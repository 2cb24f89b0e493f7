import ast
import subprocess
import sys
from pathlib import Path

import cxsim
from cxsim.config.load import load
from cxsim.sweeps import ids
from cxsim.sweeps.ids import LENGTH, code_version, digest, essence, run_id, without_prose
from tests.checkout import surroundings

CONFIG = load("market=generic")
PACKAGE = Path(cxsim.__file__).parent


def _id(config, replication=0, code="1"):
    return run_id(digest(essence(config)), config.seed, replication, code)


def test_replication_seed_and_code_change_the_id():
    found = {_id(CONFIG), _id(CONFIG, 1), _id(CONFIG, 0, "2"), _id(load("market=generic", seed=2)), _id(load("market=rail"))}
    assert len(found) == 5
    assert all(len(one) == LENGTH and int(one, 16) >= 0 for one in found)


def test_names_and_prose_change_no_id():
    assert _id(load("market=generic", "market.title=Other", name="other", threads=4, replications=9)) == _id(CONFIG)


def test_the_code_version_says_the_package_version():
    assert code_version().startswith(f"{cxsim.__version__}+")


def _meaning(source):
    """The syntax tree without text that stands alone, which Python throws away."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for body in ("body", "orelse", "finalbody"):
            found = getattr(node, body, None)
            if isinstance(found, list):
                setattr(node, body, [part for part in found if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))])
    return ast.dump(tree)


def test_source_without_prose_means_the_same():
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        bare = without_prose(source)
        assert _meaning(bare) == _meaning(source), path
        assert without_prose(bare) == bare


def test_prose_is_what_python_does_not_run():
    source = 'def f(x):\n    """Text."""\n    return x + "# no comment"\n'
    other = 'def f(x):  # what\n    """Another text,\n    longer."""\n\n    # and a comment\n    return x + "# no comment"  # why\n'
    assert without_prose(source) == without_prose(other)
    assert without_prose(source) != without_prose(source.replace("# no", "# yes"))


def test_a_comment_in_the_sources_changes_no_id_and_a_number_does(tmp_path, monkeypatch):
    (tmp_path / "market").mkdir()
    monkeypatch.setattr(cxsim, "__file__", str(tmp_path / "__init__.py"))
    found = []
    for text in ('"""Text."""\nA = 1\n', '"""Other text."""\n\n\nA = 1  # one\n', '"""Text."""\nA = 2\n'):
        (tmp_path / "market" / "model.py").write_text(text)
        (tmp_path / f"outside{len(found)}.py").write_text(text)
        found.append(code_version.__wrapped__())
    assert found[0] == found[1] != found[2]


TRACE = """
import sys
from cxsim.config.load import load
from cxsim.sweeps.design import factorial
from cxsim.sweeps.ids import code_version
from cxsim.sweeps.scenarios import Composed
from cxsim.sweeps.worker import Task, perform
from cxsim.sweeps.columns import described, schema

words = ["market=generic", "regulator=cma", "market.n_customers=40", "months=14", "burn_in=1"]
made = Composed(factorial({"market.n_firms": [3]}), words)
schemas = {kind: schema(described(kind, made.design)) for kind in ("runs", "monthly", "failures")}
task = Task(code_version(), schemas, (made.scenario(0),), ((0, 0),), (0,))
seen = set()
sys.setprofile(lambda frame, event, argument: seen.add(frame.f_code.co_filename))
perform(task)
sys.setprofile(None)
print(*sorted(seen), sep="\\n")
"""
# They carry, name and check what a run gives, and work nothing out.
CARRIERS = {"sweeps/columns.py", "sweeps/scenarios.py", "results/columns.py", "__init__.py"}


def test_all_code_that_a_run_goes_through_is_in_the_code_version():
    out = subprocess.run([sys.executable, "-c", TRACE], capture_output=True, text=True, check=True, env=surroundings()).stdout
    ours = {Path(line).relative_to(PACKAGE).as_posix() for line in out.split("\n") if line.startswith(str(PACKAGE))}
    assert "market/model.py" in ours
    assert {name for name in ours if not name.startswith(ids._DECIDING)} <= CARRIERS
