import pytest

from cxsim.config.plain_yaml import UnreadableError, read


@pytest.fixture
def file(tmp_path):
    def write(raw):
        path = tmp_path / "mine.yaml"
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        return path

    return write


@pytest.mark.parametrize(("text", "said"), [
    ("", None), ("3", 3), ("- 1\n- two\n", [1, "two"]), ("\ufeffa: 1", {"a": 1}), ("a: {b: £}", {"a": {"b": "£"}}),
    ("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", {"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}}),
])  # fmt: skip
def test_a_file_says_what_yaml_says(file, text, said):
    assert read(file(text)) == said


@pytest.mark.parametrize(("raw", "told"), [
    ("a: 1\nb: 2\na: 3\n", "line 3: 'a' is there twice"),
    ("x: {a: {c: 1, c: 1}}", "line 1: 'c' is there twice"),
    ("a: [1", "line 1: "),
    ("? [a]\n: 1\n", "line 1: a key is a list or mapping"),
    ("a: !!python/object/apply:os.getcwd []", "line 1: could not determine a constructor"),
    ("a: 2024-13-45", "it cannot be read ("),
    (b"\xff\xfe\x00", "it cannot be read (not text in UTF-8)"),
    (b"a: \x00", "special characters are not allowed"),
    ("[" * 5000, "it cannot be read ("),
])  # fmt: skip
def test_what_cannot_be_read_is_one_line_that_begins_with_the_file_s_name(file, raw, told):
    path = file(raw)
    with pytest.raises(UnreadableError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path):
    for path in (tmp_path / "gone.yaml", tmp_path):
        with pytest.raises(UnreadableError, match="it cannot be read"):
            read(path)
