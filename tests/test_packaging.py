"""What is installed is whole: presets travel in the wheel, dependencies are declared, versions agree."""

from __future__ import annotations

import ast
import re
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import cxsim
from cxsim.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    made = next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    with zipfile.ZipFile(made) as archive:
        return archive.namelist()


def test_the_wheel_holds_every_preset(wheel: list[str]) -> None:
    presets = {path.relative_to(ROOT).as_posix() for path in (ROOT / "conf").rglob("*.*")}
    assert len(presets) > 30
    assert {f"cxsim/{name}" for name in presets} <= set(wheel)


def test_the_wheel_holds_every_module_and_nothing_beside_the_package(wheel: list[str]) -> None:
    # Hydra looks for launchers in a package of its own, hydra_plugins, and nowhere else.
    homes = ("cxsim", "hydra_plugins")
    modules = {path.relative_to(ROOT).as_posix() for home in homes for path in (ROOT / home).rglob("*.py")}
    assert modules <= set(wheel)
    assert {name.split("/")[0].split("-")[0] for name in wheel} == set(homes)
    assert not [name for name in wheel if name.endswith((".pyc", ".nbi", ".nbc"))]


def test_the_source_distribution_holds_what_a_reader_needs(tmp_path: Path) -> None:
    made = next(iter(SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])))
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "conf/config.yaml", "docs/model.md", ".ci/run"}
    assert wanted <= names
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")} <= names


def test_whatever_the_package_imports_is_declared() -> None:
    imported = set()
    for path in (ROOT / "cxsim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.partition(".")[0])
    outside = imported - sys.stdlib_module_names - {"cxsim", "llvmlite"}  # llvmlite is numba's own other half
    homes = packages_distributions()
    extras = [line for name, lines in PROJECT["optional-dependencies"].items() if name != "test" for line in lines]
    declared = {re.split(r"[<>=!~ \[]", line)[0].lower() for line in [*PROJECT["dependencies"], *extras]}
    assert {name for name in outside if not {home.lower() for home in homes.get(name, [name])} & declared} == set()


def test_dependencies_have_a_lower_and_an_upper_bound() -> None:
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines if not line.startswith("cxsim[")]
    assert [line for line in PROJECT["dependencies"] + extras if not re.search(r">=[\d.]+,<[\d.]+$", line)] == []


def test_the_command_is_the_one_that_is_tested() -> None:
    module, _, name = PROJECT["scripts"]["cxsim"].partition(":")
    assert getattr(sys.modules[module], name) is main


def test_the_version_is_said_once_and_cited() -> None:
    assert "version" in PROJECT["dynamic"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == cxsim.__version__
    assert citation["license"] == PROJECT["license"] == "MIT"
    assert {"cff-version", "message", "title", "authors", "type"} <= set(citation)


def test_the_changelog_knows_this_version_or_says_that_it_is_unreleased() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased" or headings[0] == cxsim.__version__
