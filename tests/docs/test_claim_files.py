"""The page on claims of one's own: its example is a claim that can be run, and its table names every key there is."""

import re

import yaml

from cxsim.claims.claim import parse
from cxsim.claims.conditions import check_arms, configs
from tests.docs.blocks import ROOT

TEXT = (ROOT / "docs" / "claim_files.md").read_text(encoding="utf-8")


def test_the_example_is_a_claim():
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1]
    claim = parse("honest_pricing", yaml.safe_load(example))
    check_arms(claim)
    assert len(list(configs(claim, quick=True))) == 2 * (3 + 4 + 2)


def test_every_key_of_a_file_is_in_the_table():
    keys = {word for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE) for word in re.findall(r"`(\w+)`", row)}
    assert keys == {
        "title", "claim", "source", "mechanism", "evidence", "note", "untestable", "starred", "rule", "base", "arms", "tests", "conditions",
        "guesses", "replications", "quick_replications",
    }  # fmt: skip
