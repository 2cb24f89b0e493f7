import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxsim.sweeps import parts

TABLE = pa.table({"point": [0, 0, 1], "replication": [0, 1, 0], "x": [0.1, 0.2, 0.3]})


def test_a_part_is_named_after_its_content_and_read_back(tmp_path):
    path = parts.write(tmp_path, TABLE)
    assert parts.names(tmp_path) == [path] == [parts.write(tmp_path, TABLE)]
    assert parts.is_whole(path)
    assert pq.read_table(path).equals(TABLE)
    assert parts.runs_of(path, 5).tolist() == [0, 1, 5]


def test_any_change_is_seen(tmp_path):
    path = parts.write(tmp_path, TABLE)
    content = path.read_bytes()
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert not parts.is_whole(path)
    for length in (0, 1, len(content) - 1):
        path.write_bytes(content[:length])
        assert not parts.is_whole(path)
    path.unlink()
    assert not parts.is_whole(path)


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch, failing):
    def fail(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failing, fail)
    with pytest.raises(OSError, match="No space"):
        parts.write(tmp_path, TABLE)
    assert list(tmp_path.iterdir()) == []
