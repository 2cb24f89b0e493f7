import dataclasses

import numpy as np

from cxsim.claims.conditions import configs
from cxsim.claims.planned import key_of, measured

from . import made


def test_results_are_known_by_the_file_and_by_how_thoroughly_they_are_run():
    claim = made.claim()
    read = dataclasses.replace(claim, digest="a")
    others = (read, dataclasses.replace(claim, digest="b"), made.claim(title="Other"))
    assert len({key_of(claim, False), key_of(claim, True), *(key_of(other, False) for other in others)}) == 5
    assert key_of(read, True) == key_of(dataclasses.replace(read, title="Said in other words"), True)


def test_each_configuration_gives_a_row_and_each_replication_a_number(tmp_path):
    claim = made.claim(conditions={"markets": {"generic": []}}, guesses={})
    listed = [config for _, _, config in configs(claim, quick=True)]
    asked = {"price": claim.tests["price"].measure}
    found = measured(claim, "dearer", listed, asked, tmp_path, quick=True, executor="serial", progress=False)
    assert found["price"].shape == (len(listed), 2)
    control, treatment = found["price"]
    assert np.all(treatment > control)
    assert [path.name for path in (tmp_path / "dearer").iterdir()] == [f"runs-{key_of(claim, True)}"]
