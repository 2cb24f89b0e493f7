import hashlib

import pytest

from cxsim.claims.stated import ClaimError, Stated, from_file
from cxsim.config.errors import BadValueError


def test_a_file_is_parsed_and_known_by_its_bytes(tmp_path):
    path = tmp_path / "asked.yaml"
    path.write_bytes(b"a: [1, 2]  # two\n")
    parsed, digest = from_file(path, lambda given: sum(given["a"]))
    assert parsed == 3
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("content", [None, b"a: [", b"\x00", b"\xff", b"b: 1"])
def test_a_file_that_cannot_be_used_is_one_line_with_its_name(tmp_path, content):
    def parse(given):
        raise BadValueError("b", given, "an a")

    path = tmp_path / "asked.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClaimError, match=r"asked\.yaml: ") as refused:
        from_file(path, parse)
    assert len(str(refused.value).splitlines()) == 1


def test_quick_mode_has_runs_of_its_own():
    stated = Stated(replications=9, quick_replications=2)
    assert (stated.runs(False), stated.runs(True)) == (9, 2)
