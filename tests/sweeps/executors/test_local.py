import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import cxsim
from cxsim.config.paths import conf_dir
from cxsim.sweeps.api import execute, sweep
from cxsim.sweeps.executors.base import ExecutorError
from cxsim.sweeps.executors.local import Processes, Serial, Threads
from cxsim.sweeps.reading import frame
from tests.checkout import surroundings

from ..conftest import GRID, TINY, assert_same


@pytest.mark.parametrize("executor", ["threads", "processes"])
@pytest.mark.parametrize("workers", [1, 3])
def test_numbers_do_not_depend_on_executor_or_workers(scenarios, tmp_path, same, executor, workers):
    execute(scenarios(), tmp_path / "sweep", executor=executor, workers=workers, progress=False)
    same(tmp_path / "sweep")


def test_tasks_are_asked_for_only_as_workers_become_free(scenarios, tmp_path):
    from cxsim.sweeps import manifest, store
    from cxsim.sweeps.runner import Pace, _tasks

    for executor in (Serial(), Threads(2)):
        asked = []
        made = scenarios()
        with store.opened(tmp_path / executor.name, manifest.describe(made, 2, False), made) as opened:
            tasks = (asked.append(task) or task for task in _tasks(made, opened, Pace(1, 4)))
            outcomes = executor.run(tasks)
            next(outcomes)
            assert len(asked) <= 2 * executor.workers() + 1
            getattr(outcomes, "close", lambda: None)()


def test_a_worker_killed_mid_sweep_costs_nothing(scenarios, tmp_path, same):
    executor = Processes(2)
    killed = []

    def kill(done, total):
        if done >= 3 and not killed:
            victim = executor._context.started[0].pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    from cxsim.sweeps import manifest, store
    from cxsim.sweeps.runner import run

    made = scenarios()
    with store.opened(tmp_path / "sweep", manifest.describe(made, 2, False), made) as opened:
        run(made, opened, executor, progress=kill)
    assert killed
    same(tmp_path / "sweep")


def test_a_point_that_kills_its_worker_is_a_failure_and_the_others_are_done(own_code):
    spec = own_code("kills", "if market.config.market.n_firms == 2:\n    os.kill(os.getpid(), signal.SIGKILL)")
    design = {"market.n_firms": [1, 2, 3, 4]}
    words = [*TINY, f"firms.strategy={spec}", "allow_user_code=true", "market.review_months=1"]
    found = sweep(design, *words, executor="processes", workers=2, replications=2, progress=False)
    assert found.loc[found["error"] == "WorkerLost", "point"].tolist() == [1, 1]
    alone = sweep({"market.n_firms": [1, 3, 4]}, *words, executor="serial", replications=2, progress=False)
    survivors = found[found["error"].isna()]
    assert survivors["experience"].tolist() == alone["experience"].tolist()


def test_a_pool_that_cannot_live_says_so(monkeypatch, scenarios, tmp_path):
    monkeypatch.setattr("cxsim.sweeps.executors.local._begin", os.abort)
    monkeypatch.setattr("cxsim.sweeps.executors.local.PATIENCE", 1)
    with pytest.raises(ExecutorError, match="executor=serial"):
        execute(scenarios(), tmp_path / "sweep", executor="processes", workers=1, progress=False)


def test_a_script_without_any_guard_may_sweep(tmp_path, reference):
    script = tmp_path / "mine.py"
    script.write_text(
        textwrap.dedent(f"""
        import cxsim
        print("once")
        table = cxsim.sweep({GRID!r}, *{TINY!r}, replications=2, executor="processes", workers=2, folder="sweep")
    """)
    )
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True, env=surroundings())
    assert (done.stdout, done.stderr) == ("once\n", "")
    assert_same(frame(tmp_path / "sweep"), reference)


@pytest.fixture
def another_cxsim(tmp_path):
    """A copy of the package, told from this one by its version; the folder that it lies in."""

    def made(folder):
        package = Path(cxsim.__file__).parent
        copy = shutil.copytree(package, tmp_path / folder / "cxsim", ignore=shutil.ignore_patterns("__pycache__", "app", "static"))
        shutil.copytree(conf_dir(), copy / "conf", dirs_exist_ok=True)
        first = copy / "__init__.py"
        text, changed = re.subn(r"^__version__ = .*", '__version__ = "999.0"', first.read_text(), flags=re.MULTILINE)
        assert changed == 1
        first.write_text(text)
        return copy.parent

    return made


SWEEP_AND_TELL = f"""
import os, sys
if sys.argv[1:]:
    sys.path.insert(0, sys.argv[1])
here = {{name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONSAFEPATH")}}
import cxsim
# A worker whose code is not its parent's says so, and does nothing.
table = cxsim.sweep({GRID!r}, *{TINY!r}, replications=2, executor="processes", workers=1, progress=False)
assert len(table) == 12
assert here == {{name: os.environ.get(name) for name in here}}
print(cxsim.__version__)
"""


@pytest.mark.parametrize("folder", ["elsewhere", "else where", "else:where"])
def test_workers_have_the_package_that_the_parent_put_on_its_path(another_cxsim, tmp_path, folder):
    (tmp_path / "mine.py").write_text(SWEEP_AND_TELL)
    words = [sys.executable, os.fspath(tmp_path / "mine.py"), os.fspath(another_cxsim(folder))]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env=surroundings())
    assert (done.stdout, done.stderr) == ("999.0\n", "")


def test_another_package_in_the_folder_where_one_stands_is_not_taken(another_cxsim, tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "mine.py").write_text(SWEEP_AND_TELL)
    words = [sys.executable, os.fspath(tmp_path / "scripts" / "mine.py"), os.fspath(Path(cxsim.__file__).parents[1])]
    done = subprocess.run(words, cwd=another_cxsim("elsewhere"), capture_output=True, text=True, check=False, env=surroundings())
    assert (done.stdout, done.stderr) == (f"{cxsim.__version__}\n", "")


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    psutil = pytest.importorskip("psutil")
    script = tmp_path / "mine.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, cxsim, psutil
        def tell(done, total):
            print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)
            os.kill(os.getpid(), 9)
        cxsim.sweep({GRID!r}, *{TINY!r}, replications=2, executor="processes", workers=2, folder="sweep", progress=tell)
    """)
    )
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False, env=surroundings())
    assert done.returncode == -signal.SIGKILL
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) >= 2
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
