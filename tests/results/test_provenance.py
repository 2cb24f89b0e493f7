import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import cxsim
from cxsim.config.essence import content_hash
from cxsim.results.provenance import commit_of, provenance, version

from . import synthetic


def git(folder, *arguments):
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=")
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "package")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_says_what_ran():
    run = synthetic.run()
    record = provenance(run)
    assert record["cxsim"] == cxsim.__version__
    assert record["python"] == ".".join(map(str, sys.version_info[:3]))
    assert record["libraries"]["numpy"] == np.__version__
    assert record["seed"] == run.config.seed
    assert record["overrides"] == ["seed=1"]
    assert record["command"] is None
    assert record["config_hash"] == content_hash(run.config)
    assert record["cpu_count"] >= 1
    started = datetime.fromisoformat(record["started"])
    assert started.utcoffset() == datetime.now(UTC).utcoffset()
    assert json.loads(json.dumps(record)) == record


def test_the_tables_hash_follows_the_tables():
    one, same, other = synthetic.run(), synthetic.run(), synthetic.run(synthetic.config(seed=2))
    assert provenance(one)["tables_hash"] == provenance(same)["tables_hash"]
    assert provenance(one)["tables_hash"] != provenance(other)["tables_hash"]


def test_a_distribution_that_is_not_there_has_no_version():
    assert version("no-such-distribution-at-all") is None


def test_the_commit_of_a_checkout_and_whether_files_differ(checkout):
    assert commit_of(checkout / "package") == {"commit": git(checkout, "rev-parse", "HEAD"), "changed": False}
    (checkout / "package" / "__init__.py").write_text("changed = True\n")
    assert commit_of(checkout / "package")["changed"] is True


def test_changes_outside_the_package_do_not_count(checkout):
    (checkout / "notes.txt").write_text("mine")
    assert commit_of(checkout / "package")["changed"] is False


def test_a_package_installed_inside_somebody_elses_checkout_has_no_commit(checkout):
    installed = checkout / "venv" / "package"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("")
    assert commit_of(installed) is None


def test_no_checkout_no_commit(tmp_path):
    (tmp_path / "__init__.py").write_text("")
    assert commit_of(tmp_path) is None


def test_no_git_no_commit(checkout, monkeypatch):
    monkeypatch.setenv("PATH", str(checkout))
    assert commit_of(checkout / "package") is None


def test_a_hooks_environment_does_not_mislead(checkout, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    expected = commit_of(checkout / "package")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert commit_of(checkout / "package") == expected


def test_a_package_in_its_own_checkout_is_found():
    package = Path(cxsim.__file__).parent
    found = commit_of(package)
    inside = (package.parent / ".git").exists()
    assert (found is not None) == inside
