from collections import Counter

import pytest

from cxsim.config.errors import CxsimError
from cxsim.tournament.matches import FORMATS, check_formats, lineups


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("entries", [[0, 1], [0, 2, 5], [3, 1, 4, 0, 2]])
def test_every_entry_has_every_seat_equally_often_and_meets_all_others_alike(form, entries):
    matches = lineups(form, entries)
    seats = Counter((seat, entry) for match in matches for seat, entry in enumerate(match.seats))
    assert len(set(seats.values())) == 1
    assert len(seats) == len(matches[0].seats) * len(entries)
    meetings = Counter((one, other) for match in matches for one in match.entries for other in match.entries - {one})
    assert len(set(meetings.values())) == 1
    assert len(meetings) == len(entries) * (len(entries) - 1)


@pytest.mark.parametrize("form", ["duel", "invader"])
def test_matches_of_two_stay_balanced_without_one_of_the_entries(form):
    left = [match.seats for match in lineups(form, [0, 1, 2, 3]) if 2 not in match.entries]
    assert sorted(left) == sorted(match.seats for match in lineups(form, [0, 1, 3]))


def test_formats_are_checked():
    assert check_formats("all, duel") == ("duel", "all")
    for wrong in ("duell", [], "duel,"):
        with pytest.raises(CxsimError, match="formats"):
            check_formats(wrong)
