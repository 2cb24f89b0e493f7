import pytest

from cxsim.comparison.files import FileError, read

ALLOWED = {"regimes": "a mapping from names to values", "baseline": "one of them"}


@pytest.fixture
def file(tmp_path):
    def write(text, name="mine.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_what_is_in_a_file_is_given_back(file):
    path = file("baseline: a\nregimes:\n  a: {regulator: none}\n  'b': &x\n    market: {n_firms: 2}\n  c:\n    <<: *x\n    seed: 3\n")
    assert read(path, ALLOWED) == {
        "baseline": "a",
        "regimes": {"a": {"regulator": "none"}, "b": {"market": {"n_firms": 2}}, "c": {"market": {"n_firms": 2}, "seed": 3}},
    }


@pytest.mark.parametrize(("text", "message"), [
    ("regimes: {a: {}, a: {}}", "line 1: 'a' is there twice"), ("regimes:\n  a: [1\n", "line "), ("- 1", "allowed: a mapping"),
    ("regims: {a: {}}", "Did you mean regimes?"), ("regimes: {}", "it holds none of these"), ("baseline: a", "it holds none of these"),
    ("", "given null"), ("regimes: {? [a] : 1}", "a key is a list"), ("a: !!python/object/apply:os.getcwd []", "could not determine"),
    (b"\xff\xfe\xfa", "not text in UTF-8"), ("regimes: 3", "it holds none"),
])  # fmt: skip
def test_what_cannot_be_used_is_one_line_that_begins_with_the_files_name(file, text, message):
    path = file(text)
    with pytest.raises(FileError) as caught:
        read(path, ALLOWED)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert message in said
    assert "\n" not in said


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileError, match=r"gone\.yaml: it cannot be read \(No such file"):
        read(tmp_path / "gone.yaml", ALLOWED)
