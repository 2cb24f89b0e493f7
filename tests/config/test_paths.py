from cxsim.config.paths import conf_dir


def test_the_presets_are_found_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    conf_dir.cache_clear()
    assert conf_dir().is_absolute()
    assert (conf_dir() / "config.yaml").is_file()
