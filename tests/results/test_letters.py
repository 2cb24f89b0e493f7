import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxsim.results.letters import STRIDE, alphabet, spell, written_out

WORDS = st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=3 * STRIDE), min_size=1, max_size=6).map(tuple)


@given(WORDS, st.data())
def test_words_are_written_out_whatever_their_length_and_letters(words, data):
    codes = np.array(data.draw(st.lists(st.integers(0, len(words) - 1), max_size=20)), np.int64)
    column = written_out(codes, words)
    column.validate(full=True)
    assert column.to_pylist() == [words[code] for code in codes]


@pytest.mark.parametrize("length", [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE])
def test_words_about_as_long_as_what_is_copied_at_a_time(length):
    words = ("a" * length, "ü" * (length // 2), "z")
    codes = np.array([0, 1, 0, 2, 1, 1, 0])
    assert written_out(codes, words).to_pylist() == [words[code] for code in codes]


def test_letters_are_bytes_of_utf8_and_lengths_count_them():
    lengths, letters = alphabet(("", "aé", "\0b"))
    assert lengths.tolist() == [0, 3, 2]
    assert [bytes(row[:length]).decode() for row, length in zip(letters, lengths, strict=True)] == ["", "aé", "\0b"]
    assert letters.shape == (3, STRIDE)


@pytest.mark.parametrize("code", [-1, 2, 2**40])
@pytest.mark.parametrize("kind", [np.int64, np.int32, np.int8])
def test_a_code_that_stands_for_no_word_is_an_error(code, kind):
    with pytest.raises(IndexError):
        written_out(np.array([0, min(code, np.iinfo(kind).max)], kind), ("a", "b"))


def test_what_follows_the_last_letter_is_room_and_no_more():
    starts, text = spell(np.array([1, 0, 1]), *alphabet(("ab", "c")))
    assert starts.tolist() == [0, 1, 3, 4]
    assert bytes(text[:4]) == b"cabc"
    assert len(text) == 4 + STRIDE
