"""Sites that must fail: each broken-* folder, laid over the sound site, is wrong in one way and says exactly that."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import SITES, TODAY, Tree, built, copied, fill, plain, problems, ran, tree

BROKEN = sorted(path.name for path in SITES.glob("broken-*"))
NOTES = [name for name in BROKEN if [path.name for path in (SITES / name).iterdir() if path.is_dir()] == ["notes"]]
"""Those that are wrong in notes alone, and can be laid over each other."""

Say = Callable[[str, Any], Any]

each_broken = pytest.mark.parametrize("name", BROKEN)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound site, built without a word."""
    root = copied("sound", tmp_path_factory.mktemp("sound"))
    assert built(root).found == ()
    return root


@pytest.fixture
def broken(sound: Path, tmp_path: Path) -> Callable[..., Path]:
    """Lays broken sites over a copy of the sound one and its good build, a sound note being edited since."""

    def lay(*names: str) -> Path:
        root = tmp_path / "site"
        shutil.copytree(sound, root)
        text = (root / "notes/lock.md").read_text("utf-8")
        (root / "notes/lock.md").write_text(text.replace("one metre", "two metres"), "utf-8")
        for name in names:
            copied(name, root)
        return root

    return lay


@pytest.fixture
def expected(rewrite: bool) -> Say:
    """What a broken site is expected to say under a key; with `--rewrite`, what it says from now on."""

    def say(name: str, key: str, found: Any) -> Any:
        file = SITES / name / "expected.json"
        said = json.loads(file.read_text("utf-8")) if file.exists() else {}
        if rewrite:
            text = json.dumps(said | {key: found}, ensure_ascii=False, indent=2, sort_keys=True)
            file.write_text(text + "\n", "utf-8")
            return found
        return said.get(key)

    return say


def pages(files: Tree) -> set[str]:
    """The pages among files."""
    return {path for path in files if path.endswith(".html")}


@each_broken
def test_a_broken_site_says_what_is_wrong(name: str, broken: Callable[..., Path], expected: Any):
    """Every fault is named with its rule, file, line, words and mend, and the last good site stands byte for byte."""
    root = broken(name)
    good = tree(root / "build")
    found = plain(problems(root))
    assert found == expected(name, "diagnostics", found)
    assert tree(root / "build") == good
    assert any(one["severity"] == "error" for one in found)


@each_broken
def test_the_command_fails(name: str, broken: Callable[..., Path], monkeypatch: Any, capsys: Any):
    """`notesite build` exits 1, writes nothing, and shows every fault's place, words and mend on standard error."""
    root = broken(name)
    good = tree(root / "build")
    assert ran(monkeypatch, "build", "-s", root, "-o", root / "build", "--today", TODAY) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert tree(root / "build") == good
    for one in json.loads((SITES / name / "expected.json").read_text("utf-8"))["diagnostics"]:
        place = f"{one['path']}:{one['line']}" if one["line"] else one["path"]
        assert all(words in said.err for words in (place, one["message"], f"[{one['rule']}]", one["hint"]))


@each_broken
def test_keep_going_builds_the_rest(name: str, broken: Callable[..., Path], expected: Any, monkeypatch: Any):
    """With `--keep-going` all but the broken is built, and the exit code is 1 all the same."""
    root = broken(name)
    good = tree(root / "build")
    assert ran(monkeypatch, "build", "-s", root, "-o", root / "build", "--today", TODAY, "--keep-going") == 1
    made = tree(root / "build")
    change = {"lost": sorted(pages(good) - pages(made)), "new": sorted(pages(made) - pages(good))}
    assert change == expected(name, "keep_going", change)
    if (SITES / name / "notesite.toml").exists():  # without settings there is nothing to go on with
        assert made == good


def test_keep_going_changes_what_is_sound(broken: Callable[..., Path]):
    """With `--keep-going` an edit of a sound note is published although another note is broken."""
    root = broken("broken-date")
    assert b"one metre" in tree(root / "build")["en/lock/index.html"]
    assert built(root, keep_going=True).written
    assert b"two metres" in tree(root / "build")["en/lock/index.html"]


def test_all_problems_appear_at_once(broken: Callable[..., Path]):
    """Laid over each other, the broken sites say in one run what each of them says alone."""
    assert len(NOTES) > 10
    files = [json.loads((SITES / name / "expected.json").read_text("utf-8")) for name in NOTES]
    alone = [one for said in files for one in said["diagnostics"]]
    found = plain(problems(broken(*NOTES)))
    assert found == sorted(alone, key=lambda one: (one["path"], one["line"], one["rule"], one["message"]))


def test_many_of_a_kind_are_one_message(broken: Callable[..., Path]):
    """Eight addresses claimed twice are one message, which counts them, shows five and names the way out."""
    root = broken()
    note = "---\nlang: en\ntitle: Weir {n}\ndate: {year}-05-01\n---\n\nA weir.\n"
    pairs = [(year, n) for n in range(8) for year in (2024, 2025)]
    fill(root, {f"notes/{year}/weir-{n}.md": note.format(year=year, n=n) for year, n in pairs})
    (found,) = problems(root)
    assert (found.rule, found.path, found.line) == ("address-taken", "notes/2024/weir-0.md", 0)
    assert found.message.startswith("8 addresses are claimed twice, the first five are /en/weir-0/")
    assert found.message.count("notes/2024/") == found.message.count("notes/2025/") == 5
    assert "permalink" in found.hint
    pattern = found.hint.split(" = ")[1].split('"')[1]
    fill(root, {"notesite.toml": f'[site]\nurl = "https://sound.example/"\npermalink = "{pattern}"\n'})
    assert problems(root) == ()


def test_the_way_out_of_each_message(broken: Callable[..., Path]):
    """A broken site that is mended as its message says is built without a word."""
    root = broken("broken-tab", "broken-address")
    text = (root / "notes/tab.md").read_text("utf-8")
    (root / "notes/tab.md").write_text(text.replace("\t", "  "), "utf-8")
    text = (root / "notes/weir.md").read_text("utf-8")
    (root / "notes/weir.md").write_text(text.replace("lang: en", "lang: en\nslug: other-weir"), "utf-8")
    assert problems(root) == ()
