import pytest

from cxsim.claims.claim import folder_of_claims
from cxsim.claims.stated import ClaimError
from cxsim.claims.untested import FILE, read


def test_what_comes_with_cxsim_can_be_read_and_says_what_each_would_take():
    listed = read(folder_of_claims())
    assert len(listed) > 50
    assert len({claim.claim for claim in listed}) == len(listed)
    assert all(claim.needs for claim in listed)


def test_a_folder_without_a_list_has_none(tmp_path):
    assert read(tmp_path) == []


@pytest.mark.parametrize("text", ["claim: a", "- {claim: a}", "- {claim: a, needs: b, why: c}", "- [", "- {claim: a, needs: 3}"])
def test_a_list_that_cannot_be_used_is_refused_in_one_line(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ClaimError, match=FILE) as refused:
        read(tmp_path)
    assert len(str(refused.value).splitlines()) == 1
