"""What all tests share: their surroundings, golden files that `pytest --update-golden` rewrites, runs of the command."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from running import Result, Run, elsewhere, run

from netcost.report import METRICS

Golden = Callable[[str, str], None]

# Property tests try the same examples each time and have no deadline: a run tells of the code, not of luck or of
# how busy the machine is. `.ci/run` asks for the thorough profile by `--hypothesis-profile`.
for profile, examples in {"quick": 10, "thorough": 100}.items():
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("quick")

TOLD = (
    "CI",
    "COLUMNS",
    "COMP_",
    "FORCE_COLOR",
    "GIT",
    "LANG",
    "LC_",
    "NETCOST",
    "NO_COLOR",
    "PYTHON",
    "TERM",
    "_NETCOST",
)
"""How the names begin of variables that tell netcost, git or Python what to do."""
KEPT = {"PYTHONHOME", "PYTHONPATH", "PYTHONPYCACHEPREFIX"}
"""Of these, the ones without which Python may not find its modules."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites golden files."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files with what is printed"
    )


def pytest_configure() -> None:
    """Look for garbage less often: what tests make is soon gone, and what they look at lasts."""
    gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """Never look through the tests themselves, and all that they import, as garbage."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Look for garbage a last time, which tells of files left open; all that lasts until then ends with the process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests, and the processes that they start, see nothing of where and how the suite was started."""
    with pytest.MonkeyPatch.context() as patch:
        for name in {name for name in os.environ if name.startswith(TOLD)} - KEPT:
            patch.delenv(name)
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
            patch.setenv(name, os.devnull)
        if sys.dont_write_bytecode:  # started processes would compile netcost anew, each of them
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        before = os.umask(0o022)
        yield
        os.umask(before)


GOLDEN_METRICS = {
    *("params", "weight_bytes", "activation_elements", "activation_bytes", "macs", "ops", "flops"),
    *("lecture_flops", "trainable_params", "active_params", "buffers"),
}
"""The metrics of golden files; a new one is tested by itself, and moves none of them."""


@pytest.fixture
def golden(golden_files: Golden, monkeypatch: pytest.MonkeyPatch) -> Golden:
    """Compare what tells of every metric with a golden file; metrics that came later are left out."""
    for name in reversed(METRICS.copy()):
        if name not in GOLDEN_METRICS:
            monkeypatch.delitem(METRICS, name)
    return golden_files


@pytest.fixture
def golden_files(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the file of that name in the folder `golden` beside the test, byte by byte."""
    folder = Path(request.path).parent / "golden"

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode()

    return compare


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that nobody has made yet."""
    above = tmp_path_factory.mktemp("tests")
    return (above / str(number) for number in count())


@pytest.fixture(scope="session")
def left_empty() -> list[Path]:
    """Folders of tests that have written nothing, for tests that follow."""
    return []


@pytest.fixture
def tmp_path(folders: Iterator[Path], left_empty: list[Path]) -> Iterator[Path]:
    """An empty folder; pytest's own fixture makes a link for each as well, and some look through all that were made."""
    if left_empty:
        found = left_empty.pop()
    else:
        found = next(folders)
        found.mkdir()
    yield found
    if found.is_dir() and not os.listdir(found):  # noqa: PTH208  quicker by far, and there is one a test
        left_empty.append(found)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def netcost(folder: Path) -> Run:
    """Run a command line in this process and in an empty folder; output is no terminal."""
    return run


@pytest.fixture
def process(folder: Path) -> Run:
    """Run the installed command in a process of its own and in an empty folder."""

    def started(*args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        ended = subprocess.run(
            [sys.executable, "-m", "netcost", *args],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(env or {})},
            cwd=folder,
            check=False,
        )
        return Result(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return started


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Runs of a netcost that knows what a module of tests has made up: the Python of its `MADE_UP`."""
    with elsewhere(request.module.MADE_UP) as run:
        yield run


@pytest.fixture(params=["libyaml", "python"])
def either_scanner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with libyaml's scanner and with PyYAML's own."""
    import yaml

    from netcost.source import composer

    if request.param == "python":
        monkeypatch.setattr(composer, "_LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml")
