import numpy as np
import pytest

from cxsim.claims import atlas, page
from cxsim.claims.claim import Claim
from cxsim.claims.conditions import conditions
from cxsim.claims.finding import finding
from cxsim.claims.untested import Untested

from . import made
from .test_headline import world

NOISE = np.array([-0.1, 0.0, 0.1, 0.05])


def judged(name, effect, starred=True):
    claim = made.claim(name, starred=starred, title=f"Claim {name}", guesses={})
    places = conditions(claim)
    values = {"price": {place: {"control": NOISE, "treatment": NOISE * 2 + effect} for place in places}}
    return finding(claim, places, [{"market": place.market} for place in places], values, False)


@pytest.fixture(scope="module")
def findings():
    never = Claim("never", "Never", "It is never tested.", "Nobody", "None", untestable="It has no staff.")
    return [judged("good", 5), judged("bad", -5), judged("other", 5, starred=False), finding(never, [], [], {}, False)]


def test_the_page_has_every_claim_with_verdict_sureness_effect_and_arms(findings):
    text = page.text(findings, world(10, 0, 10), [Untested("Nobody knows.", "A way to know.")], "cxsim claims run all", 60.0)
    for found in findings:
        assert found.sentence() in text
    assert text.index("Claim good") < text.index("Claim bad") < text.index("Claim other")  # starred first, supported before refuted
    assert "| ★ [Claim good](#claim-good) | supported | firm | 5.01 [4.88, 5.15] £/month |" in text
    assert "Rivals do more than enforcement; the two add up" in text
    assert "| Nobody knows. | A way to know. |" in text
    assert "4 claims: 2 supported, 1 refuted, 1 cannot be tested." in text


def test_the_brief_counts_starred_claims_by_verdict_and_links_them(findings):
    text = page.brief(findings, world(10, 0, 10), "docs", "claims.md")
    assert "![Rivals do more than enforcement; the two add up](docs/figures/headline.png)" in text
    assert "| supported (1) | [Claim good](docs/claims.md#claim-good) |" in text
    assert "other" not in text.partition("| Verdict")[2]


def test_a_front_page_is_changed_between_its_marks_only():
    front = f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n"
    once = page.refreshed(front, "new")
    assert once == f"before\n{page.BEGIN}\nnew\n{page.END}\nafter\n"
    assert page.refreshed(once, "new") == once
    assert page.refreshed("no marks", "new") is None
    assert page.refreshed(f"{page.BEGIN} and no end", "new") is None


def test_verdicts_are_kept_with_those_of_claims_not_run_now(findings, tmp_path):
    docs, claims = tmp_path / "docs", tmp_path / "claims"
    for name in ("good", "bad"):
        (claims / name).mkdir(parents=True)
        (claims / name / "claim.yaml").write_text("")
    (tmp_path / "README.md").write_text(f"{page.BEGIN}\n{page.END}\n")
    atlas.write(docs, findings[:2], "first", 1.0, headline=world(10, 0, 10), verdicts=claims)
    assert "Claim good" in (tmp_path / "README.md").read_text()
    atlas.write(docs, [judged("good", -5)], "second", 1.0, verdicts=claims)
    kept = atlas.shipped(claims)
    assert {name: said["verdict"] for name, said in kept.items()} == {"good": "refuted", "bad": "refuted"}
    assert atlas.shipped_headline(claims)["title"] == "Rivals do more than enforcement; the two add up"
    assert (docs / "figures" / "headline.png").is_file()
    assert "Claim good" in (tmp_path / "README.md").read_text()
