"""Several machines: workers of a real cluster read notes to the same bytes, and what is not there is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from notesite import build, cluster, stamp
from notesite.diagnostics import CannotGoOnError
from notesite.runs import Options
from support import TODAY, copied, tree

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp"
    ) as cluster:
        yield cluster.scheduler_address


def built(name: str, root: Path, scheduler: str = "") -> dict[str, bytes]:
    """A sample site as it is built, by a scheduler's workers if one is named."""
    report = build.site(Options(root=copied(name, root), today=TODAY, scheduler=scheduler))
    assert report.written
    return tree(root / "build")


def test_workers_read_the_same(tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch):
    """Two workers of a cluster give the bytes that this process gives; where the notes are many, in many parts."""
    monkeypatch.setattr(cluster, "BATCH", 3)
    assert built("bilingual", tmp_path / "far", scheduler) == built("bilingual", tmp_path / "near")


def test_no_scheduler_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A scheduler that nobody answers for ends the run with a word, and nothing is written."""
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(CannotGoOnError, match="cannot be reached"):
        built("bilingual", tmp_path, "tcp://127.0.0.1:9")
    assert not (tmp_path / "build").exists()


def test_another_notesite_is_refused(tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch):
    """Workers with another notesite are not asked: they might read notes otherwise."""
    monkeypatch.setattr(stamp, "_sources", lambda: "of another version")
    with pytest.raises(CannotGoOnError, match="another notesite"):
        built("bilingual", tmp_path, scheduler)
