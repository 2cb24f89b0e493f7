import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.sweeps.journal import KINDS, Journal, encode, read

ENTRIES = st.lists(st.dictionaries(st.sampled_from(KINDS), st.binary(max_size=200), min_size=1), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("journal") / "journal.bin"


@given(ENTRIES)
def test_what_was_appended_is_read_back(path, entries):
    path.unlink(missing_ok=True)
    journal = Journal(path)
    for entry in entries:
        journal.append(entry)
    journal.close()
    assert list(read(path)) == entries
    assert journal.size == path.stat().st_size


@given(ENTRIES, st.data())
def test_a_torn_end_costs_only_the_entries_it_touches(path, entries, data):
    lengths = [len(encode(entry)) for entry in entries]
    cut = data.draw(st.integers(0, sum(lengths)))
    path.write_bytes(b"".join(map(encode, entries))[:cut])
    whole = sum(sum(lengths[: number + 1]) <= cut for number in range(len(lengths)))
    assert list(read(path)) == entries[:whole]


@given(ENTRIES, st.data())
def test_a_changed_byte_is_seen(path, entries, data):
    content = bytearray(b"".join(map(encode, entries)))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    found = list(read(path))
    before = next(number for number in range(len(entries)) if sum(len(encode(entry)) for entry in entries[: number + 1]) > place)
    assert found == entries[:before]


def test_a_write_that_fails_halfway_leaves_no_trace(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "journal.bin")
    journal.append({"runs": b"first"})
    real = os.write

    def fills_up(handle, data):
        if len(data) > 10:
            return real(handle, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", fills_up)
    with pytest.raises(OSError, match="No space"):
        journal.append({"runs": b"second" * 9})
    monkeypatch.setattr(os, "write", real)
    journal.append({"failures": b"third"})
    journal.close()
    assert list(read(journal.path)) == [{"runs": b"first"}, {"failures": b"third"}]


def test_a_journal_never_takes_over_a_file(tmp_path):
    (tmp_path / "journal.bin").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        Journal(tmp_path / "journal.bin")
