"""What a process costs, with all that it starts: seconds by the clock and of the processors, and memory; and how
that is told, with the machine it was measured on.
"""

import contextlib
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROC = Path("/proc")
TELLS = (PROC / "self" / "smaps_rollup").exists()
"""Whether this system tells what processes use."""


@dataclass(frozen=True)
class Run:
    """Seconds by the clock, and of the processors for user and system together."""

    wall: float
    cpu: float


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command to its end; one that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{said.read()[-2000:].decode(errors='replace')}")
    return Run(wall, used.ru_utime + used.ru_stime)


def peak(command: Sequence[str], folder: Path, pause: float = 0.2) -> int | None:
    """The most bytes that a command and all it starts hold together; None where the system does not tell.

    A page that several processes share counts once: these are proportional set sizes, taken anew every moment.
    """
    if not TELLS:
        return None
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    most = 0
    while process.poll() is None:
        most = max(most, held(process.pid) or 0)
        time.sleep(pause)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return most


def held(leader: int) -> int | None:
    """The bytes that the processes of a session hold together now; None where the system does not tell."""
    return sum(map(_proportional, _session(leader))) if TELLS else None


def worked(leader: int) -> float | None:
    """The seconds of the processors, user and system, that a session has used, with those of processes that it
    has started and waited for; None where the system does not tell.
    """
    if not TELLS:
        return None
    ticks = 0
    for folder in _session(leader):
        with contextlib.suppress(OSError):  # it has ended since
            ticks += sum(map(int, _stat(folder)[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(folder: Path) -> list[str]:
    """What the system tells of a process, from its state on; its name before that may hold anything."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _session(leader: int) -> Iterator[Path]:
    """The processes of a session."""
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError, ValueError):
                if int(_stat(folder)[3]) == leader:
                    yield folder


def _proportional(folder: Path) -> int:
    with contextlib.suppress(OSError):
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0  # it has ended since


def median(numbers: Sequence[float], form: str) -> str:
    """The median, with the range where there are several."""
    told = format(statistics.median(numbers), form)
    return f"{told} [{min(numbers):{form}} to {max(numbers):{form}}]" if len(numbers) > 1 else told


def seconds(runs: Sequence[Run]) -> str:
    """Wall time with its range, and processor time."""
    return f"{median([run.wall for run in runs], '.2f')} s, cpu {statistics.median(run.cpu for run in runs):.2f} s"


def machine() -> str:
    """The processor, and how many of them there are for us."""
    model = "unknown processor"
    with contextlib.suppress(OSError):
        lines = (PROC / "cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{count} × {model}"


def here() -> str:
    """The machine, the Python and the day."""
    return f"{machine()}, Python {platform.python_version()}, {date.today()}"


def aligned(cells: Sequence[Sequence[str]]) -> str:
    """A table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


@contextlib.contextmanager
def workplace(prefix: str) -> Iterator[Path]:
    """A folder for one benchmark, removed afterwards.

    Installed programs are compiled; where Python is told to leave nothing compiled, that is kept in the folder.
    """
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
            os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder, "bytecode"))
        yield Path(folder)
