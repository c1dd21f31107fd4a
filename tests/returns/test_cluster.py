"""A real cluster of several processes reads the same as this machine, also when one of them is killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from collecting import assert_same, fill_all
from stores import s3_store

from workbook_tools.errors import CannotRead
from workbook_tools.returns.workers import cluster as cluster_module
from workbook_tools.returns.workers import pool as workers_module
from workbook_tools.storage.location import Location, parse_location
from workbook_tools.storage.replace import write_bytes
from workbook_tools.usecases.collect import CollectOptions, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns import Campaign

    from workbook_tools.frames import Collection

ROOT = Path(__file__).resolve().parent.parent.parent


class Cluster:
    def __init__(self, folder: Path) -> None:
        self._scheduler_file = folder / "scheduler.json"
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "returns")]),
        }
        scheduler = [
            sys.executable,
            "-m",
            "dask",
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        ]
        scheduler += ["--scheduler-file", str(self._scheduler_file)]
        self.processes = [subprocess.Popen(scheduler, env=environment, **quiet)]
        worker = [
            sys.executable,
            "-m",
            "dask",
            "worker",
            "--scheduler-file",
            str(self._scheduler_file),
            "--nthreads",
            "1",
        ]
        worker += ["--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
        self.workers = [subprocess.Popen(worker, env=environment, **quiet) for _ in range(3)]
        self.processes += self.workers

    @property
    def address(self) -> str:
        from distributed import Client

        deadline = time.monotonic() + 600
        while not self._scheduler_file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        with Client(scheduler_file=str(self._scheduler_file), timeout=600) as client:
            client.wait_for_workers(3, timeout=600)
            return str(client.scheduler.address)

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(600)


@pytest.fixture
def store() -> Iterator[Location]:
    with s3_store() as url:
        yield parse_location(f"{url}/đã nộp")


@pytest.fixture
def cluster(store: Location, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Started after the store, whose credentials are in the environment."""
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.close()


@pytest.fixture
def folder(first: Campaign, tmp_path: Path) -> Path:
    answers = {unit: {"ct_2_1": position} for position, unit in enumerate(list(first.forms)[:12])}
    fill_all(first, answers, tmp_path / "đã nộp")
    (tmp_path / "đã nộp" / "ảnh.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return tmp_path / "đã nộp"


def read(
    campaign: Campaign,
    folder: Location,
    address: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Collection:
    options = CollectOptions(key=campaign.key, cluster=address)
    return collect(folder, campaign.template_path, campaign.units_path, options, progress=progress)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_a_cluster_reads_the_same_also_in_a_store_and_without_workers_or_says_that_it_is_lost(
    cluster: Cluster, folder: Path, store: Location, first: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in folder.iterdir():
        write_bytes(store / path.name, path.read_bytes())
    monkeypatch.setattr(cluster_module, "BATCH", 6)
    here = read(first, folder)
    address = cluster.address
    assert_same(read(first, store, address), here)
    victim = cluster.workers[0]
    assert victim.poll() is None
    left = []

    def kill_one(done: int, total: int) -> None:
        if not left:
            victim.kill()
            left.append(total - done)

    assert_same(read(first, folder, address, kill_one), here)
    victim.wait(600)
    assert left[0] > 5

    def lose(process: subprocess.Popen[bytes]) -> None:
        """Lost after what all workers need was handed over, and before any file was."""
        in_batches = workers_module.in_batches

        def lose_first(found: Any, size: int) -> Any:
            process.kill()
            process.wait(600)
            return in_batches(found, size)

        monkeypatch.setattr(cluster_module, "in_batches", lose_first)

    lose(cluster.workers[1])
    assert_same(read(first, folder, address), here)
    monkeypatch.setattr(cluster_module, "PATIENCE", 1)
    lose(cluster.workers[2])
    with pytest.raises(CannotRead, match="no worker"):
        read(first, folder, address)
    lose(cluster.processes[0])
    with pytest.raises(CannotRead, match="cluster was lost"):
        read(first, folder, address)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.slow
def test_where_no_scheduler_answers_it_is_said(folder: Path, first: Campaign) -> None:
    with pytest.raises(CannotRead, match="no dask scheduler"):
        read(first, folder, "tcp://127.0.0.1:9")
