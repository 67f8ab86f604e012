"""Processes: the same values in the same order, wherever they were made."""

import json
import os
import signal
import subprocess
import sys

import pytest

from notesite import disk, pool


def elsewhere(values: int, jobs: int) -> list[list[int]]:
    """Each value doubled, with the process that did it, from a program of its own that runs the pool."""
    program = (
        "import json, os, sys\nfrom notesite import pool\n"
        "def made(value): return [os.getpid(), 2 * value]\n"
        "print(json.dumps([os.getpid(), *pool.over(made, range(int(sys.argv[1])), int(sys.argv[2]))]))"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(values), str(jobs)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize("values", [0, 1, 5])
def test_one_process_makes_values_in_order(values: int):
    """Without further processes, each value is made here, in order."""
    assert list(pool.over(lambda value: (os.getpid(), 2 * value), range(values), 1)) == [
        (os.getpid(), 2 * value) for value in range(values)
    ]


def test_two_processes_make_the_same_in_the_same_order():
    """With two processes the values are the same, in the same order, and none is made in this one."""
    own, *made = elsewhere(50, 2)
    assert [value for _, value in made] == [2 * value for value in range(50)]
    assert own not in {worker for worker, _ in made}


@pytest.mark.parametrize(("values", "processes"), [(pool.SOME - 1, 1), (pool.SOME, 2), (pool.FEW - 1, 2)])
def test_few_values_stay_here(values: int, processes: int):
    """Left to itself, a pool of few values starts no process, one of some makes half of them here; all are in order."""
    processes = min(processes, os.cpu_count() or 1)
    own, *made = elsewhere(values, 0)
    workers = [worker for worker, _ in made]
    assert (len({*workers}), workers.count(own)) == (processes, -(-values // processes))
    assert [value for _, value in made] == [2 * value for value in range(values)]


def test_many_values_are_made_elsewhere():
    """Left to itself, a pool of many values starts processes where there are processors, and makes none here."""
    own, *made = elsewhere(pool.FEW, 0)
    assert (own in {worker for worker, _ in made}) == ((os.cpu_count() or 1) == 1)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_program_leaves_no_process_and_no_lock(tmp_path, end):
    """Where a build is killed its processes end as well, and meanwhile the site is free for the next build."""
    program = (
        "import os, sys, time\nfrom pathlib import Path\nfrom notesite import disk, pool\n"
        "def made(value):\n    os.write(1, b'%d\\n' % os.getpid())\n    time.sleep(0.05)\n"
        "with disk.locked(Path(sys.argv[1])): list(pool.over(made, range(10000), 2))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as running:
        workers = {int(running.stdout.readline()) for _ in range(20)}
        os.kill(running.pid, end)
        running.wait(timeout=20)
        with disk.locked(tmp_path):
            pass
        running.stdout.read()  # ends when nobody holds the other end any more
    assert running.pid not in workers


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="on one processor nothing is made elsewhere")
def test_a_second_process_does_not_outlive_a_fault(tmp_path):
    """Where this process fails with its half, the other one ends as well, and writes nothing any more."""
    program = (
        "import os, sys, time\nfrom notesite import pool\nown, late = os.getpid(), sys.argv[1]\n"
        "def made(value):\n    if os.getpid() == own: raise KeyboardInterrupt\n"
        "    time.sleep(0.5); open(late, 'w').close()\n"
        "try: list(pool.over(made, range(pool.SOME), 0))\nexcept KeyboardInterrupt: pass\ntime.sleep(1)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "late")], check=True, timeout=60)
    assert not (tmp_path / "late").exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_fault_reaches_the_caller(jobs: str):
    """What a function raises is raised to the caller, from one process or from another."""
    program = (
        "import sys\nfrom notesite import pool\ndef made(value): return 1 / value\n"
        "try: list(pool.over(made, [2, 1, 0], int(sys.argv[1])))\nexcept ZeroDivisionError: print('raised')"
    )
    done = subprocess.run([sys.executable, "-c", program, jobs], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("raised\n", "")


def answered(function: str, jobs: int) -> list[int]:
    """What a program prints that has a function called beside it: its own process, then what the function gives."""
    program = (
        "import os, sys\nfrom notesite import pool\n"
        f"own = os.getpid()\n{function}\n"
        "answer = pool.beside(made, int(sys.argv[1]))\nprint(own, answer().decode())"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(jobs)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True)
    assert done.stderr == ""
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize(("jobs", "is_here"), [(1, True), (2, False)])
def test_an_answer_is_made_beside(jobs: int, is_here: bool):
    """With two processes an answer is made by the other one, and comes whole; with one it is made here."""
    own, maker, *rest = answered("def made(): return (f'{os.getpid()}' + ' 1' * 99_999).encode()", jobs)
    assert (own == maker, len(rest)) == (is_here, 99_999)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os._exit(1)", "1 / 0"])
def test_an_answer_that_never_comes_is_made_here(end: str):
    """Where the other process is killed, leaves or fails before it has an answer, this one makes it."""
    function = f"def made():\n    if os.getpid() != own: {end}\n    return str(os.getpid()).encode()"
    own, maker = answered(function, 2)
    assert own == maker


def test_an_answer_goes_to_who_asked():
    """A process that is started after an answer was asked for makes its own, and takes nothing from the other."""
    function = "def made(): return str(os.getpid()).encode()"
    later = (
        f"import os\nfrom notesite import pool\n{function}\nanswer = pool.beside(made, 2)\n"
        "print([*pool.over(lambda _: int(answer()) == os.getpid(), range(2), 2)], int(answer()) != os.getpid())"
    )
    done = subprocess.run([sys.executable, "-c", later], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("[True, True] True\n", "")
