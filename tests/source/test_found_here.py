"""Files that a path of another machine means."""

from __future__ import annotations

from pathlib import Path

from netcost.source.files import found_here


def test_a_path_of_another_machine_is_found_here_by_its_end(folder: Path) -> None:
    """By the longest end that there is; what is not here lies elsewhere, and what climbs is not looked for."""
    (folder / "nets").mkdir()
    (folder / "nets" / "cnn.py").write_text("")
    (folder / "cnn.py").write_text("")
    found_here.cache_clear()
    assert found_here("/home/ann/project/nets/cnn.py") == "nets/cnn.py"
    assert found_here("C:\\project\\cnn.py") == "cnn.py"
    assert (
        found_here("site-packages/torchvision/models/resnet.py")
        == "/site-packages/torchvision/models/resnet.py"
    )
    assert found_here("/home/../nets/cnn.py") == "/home/../nets/cnn.py"
    found_here.cache_clear()
