"""What is shipped: the wheel, installed apart from the checkout, builds a site from a folder of notes."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent

NOTE = """---
title: {title}
lang: {lang}
date: 2025-03-01
---

{text}
"""
PAGES = ["index.html", "de/index.html", "en/index.html", "de/solar/index.html", "en/solar/index.html"]


def run(cwd: Path, *command: str | Path) -> str:
    """Runs a command that must succeed, in an environment that knows nothing of the checkout."""
    env = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the checkout with the tools at hand."""
    out = tmp_path_factory.mktemp("wheel")
    run(out, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, TOP)
    return next(out.glob("*.whl"))


@pytest.fixture
def programs(wheel, tmp_path):
    """The programs of an environment with the wheel in it, and its dependencies borrowed from ours."""
    venv.create(tmp_path / "apart", symlinks=True)
    there = tmp_path / "apart" / "bin"
    own = run(tmp_path, there / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    # Python searches a folder named in a .pth file last and reads no .pth file in it, so that neither our
    # notesite nor the checkout it points to is seen.
    Path(own, "borrowed.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    pip = (sys.executable, "-m", "pip", "--python", there / "python", "install", "-qq")
    run(tmp_path, *pip, "--no-deps", "--no-index", wheel)
    return there


@pytest.fixture
def site(tmp_path):
    """A folder with two notes, one the translation of the other, and nothing else."""
    notes = tmp_path / "site" / "notes"
    notes.mkdir(parents=True)
    german = NOTE.format(title="Sonnenstrom in Zahlen", lang="de", text="Ein Absatz über Strom.")
    english = NOTE.format(title="Solar power in figures", lang="en", text="A word on power.")
    (notes / "solar-de.md").write_text(german, "utf-8")
    (notes / "solar-en.md").write_text(english, "utf-8")
    return notes.parent


def test_the_wheel_holds_what_it_needs(wheel):
    """The wheel carries the code, the typing mark, the licence, the schemas and all of templates/, and nothing more."""
    held = set(zipfile.ZipFile(wheel).namelist())
    templates = [path.relative_to(TOP).as_posix() for path in TOP.glob("templates/**/*") if path.is_file()]
    assert templates
    assert {f"notesite/{path}" for path in templates} | {"notesite/cli.py", "notesite/py.typed"} <= held
    assert {f"notesite/schemas/{name}.schema.json" for name in ("check", "coverage")} <= held
    assert [path for path in held if path.endswith("/licenses/LICENSE")]
    assert {path.split("/")[0].split("-")[0] for path in held} == {"notesite"}


def test_the_wheel_builds_a_site(programs, site, tmp_path):
    """`notesite build` from the wheel makes every page, with the templates of the wheel."""
    package = Path(run(tmp_path, programs / "python", "-c", "import notesite; print(notesite.__path__[0])"))
    assert package.is_relative_to(programs.parent)
    for template in package.glob("templates/**/*.html"):
        marked = template.read_text("utf-8").replace("<html", "<html data-from-the-wheel")
        template.write_text(marked, "utf-8")
    run(tmp_path, programs / "notesite", "build", "-s", site)
    for page in PAGES:
        assert "<html data-from-the-wheel" in (site / "build" / page).read_text("utf-8"), page
