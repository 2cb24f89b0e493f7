import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from analysis import made  # the folder of tests beside this one

from cxsim.analysis.answer import Answer, Table
from cxsim.report.page import html
from cxsim.results.columns import Column

VOID = {"meta", "img", "br", "link"}


class Checker(HTMLParser):
    """Sees that tags are closed in order, and collects links and texts."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.images = [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("src", "href") if name in given]
        if tag == "img":
            self.images.append(given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    return Answer.load(made.answer().save(tmp_path_factory.mktemp("answers") / "one"))


@pytest.fixture(scope="module")
def page(answer):
    return html([answer])


def test_the_page_is_well_formed_and_holds_all_it_shows(page):
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert all(link.startswith(("data:", "#")) for link in checker.links)
    assert "<script" not in page
    assert not re.search(r"url\(|@import|http-equiv", page)


def test_every_part_of_the_answer_is_there(answer, page):
    for text in (answer.title, answer.question, *answer.findings, *answer.method, *answer.limits, answer.command, "Experience by regime"):
        assert text in page
    assert page.index(answer.findings[0]) < page.index("<figure>") < page.index("How it was done")
    assert answer.record["cxsim"] in page


def test_figures_say_what_they_show(page):
    checker = Checker()
    checker.feed(page)
    assert [image["alt"] for image in checker.images] == ["Experience rises"]


def test_what_a_user_wrote_is_text_and_never_markup(answer):
    nasty = '<script>alert("x")</script>'
    frame = pd.DataFrame({"a": [nasty], "b": [1.0]})
    table = Table(nasty, frame, (Column("a", nasty, nasty), Column("b", "£", nasty)), nasty)
    given = made.answer(title=nasty, question=nasty, findings=[nasty], tables={"t": table}, figures={}, command=nasty, limits=[nasty])
    assert "<script" not in html([given])


def test_a_long_table_is_cut_and_says_so():
    frame = pd.DataFrame({"a": range(1000)})
    given = made.answer(tables={"t": Table("Long", frame, (Column("a", "", "A number."),))}, figures={})
    assert "The first 200 of 1,000 rows" in html([given])


def test_several_answers_make_one_page_with_contents(answer):
    page = html([answer, made.answer(title="Another", figures={})], "Both")
    assert page.count("<article") == 2
    assert 'href="#part-2"' in page
    assert "<title>Both</title>" in page


def test_configurations_are_compared_and_sourced(page):
    assert "Parameters in which the configurations differ" in page
    assert "Where the numbers come from" in page
