"""The house: who may import whom, who may touch the world, how big a piece may be, read from the source."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
PACKAGE = TOP / "src" / "notesite"

# A module may import those of the layers above it in this list, and in a layer those to its left.  The steps
# stand in one place: they never import each other.  `__init__` is not here: it holds the version, for all.
LAYERS = [
    "records linkage parity diagnostics outputs",
    "sourcerules rules remarks prose locales urls fields config dialect markup bodies parts tracking copies works keys"
    " references sources publishers doubts visits numerals tokens cardinals vocabulary amounts spelled days figures"
    " passages traits content facets likeness candidates places alignment matches units mismatches numbering structure"
    " highlights",
    "views indexviews sideviews pages addresses site subjects cache heads metadata shelves sides articles answers"
    " findings panels coverage reports starters claimed",
    "load=link=cite=compare=plan=render=check=export",
    "disk runs stamp memos pile facts pool output overlay desk serve cluster visit terminal",
    "reading reviewing themes retold",
    "build showing workshop authoring",
    "arguments writing cli",
    "__main__",
]
PLACES = " ".join(LAYERS).split()
RANK = {module: place for place, names in enumerate(PLACES) for module in names.split("=")}

# Each library has one door, so that it can be changed without a hunt.
DOORS = {
    "markdown_it": {"dialect"},
    "mdit_py_plugins": {"dialect"},
    "pygments": {"bodies"},
    "yaml": {"fields"},
    "frontmatter": {"fields"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "babel": {"locales", "numerals"},
    "can_ada": {"urls"},
    "slugify": {"urls"},
    "publicsuffixlist": {"keys"},
    "click": {"arguments", "cli", "terminal", "writing"},
    "starlette": {"desk"},
    "uvicorn": {"serve"},
    "watchfiles": {"serve"},
    "distributed": {"cluster"},
    "requests": {"visit"},
}
FREE = sys.stdlib_module_names | {"notesite", "msgspec"}  # msgspec makes the records, which are everywhere

# Only these see files, processes and streams; all others take values and return values.
EDGE = {"disk", "stamp", "facts", "memos", "output", "pile", "pool"}
EDGE |= {"desk", "serve", "cluster", "visit", "terminal", "arguments", "writing", "cli"}
# The preview server gets plain values, and knows nothing of ours but its own parts.
PREVIEW = {"overlay", "desk", "serve"}
WORLD = {"os", "shutil", "subprocess", "socket", "tempfile"}
WORLDLY_CALLS = {"open", "print"}

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400

# Folders that are never committed.
UNCOMMITTED = {".git", ".venv", "node_modules", "build", "dist", ".notesite", "__pycache__", ".hypothesis"}
UNCOMMITTED |= {".pytest_cache", ".mypy_cache", ".ruff_cache"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = tuple[int, str, str]  # line, module, the name taken from it or ""


def imports(tree: ast.AST) -> Iterator[Import]:
    """Every import of a module of the package, type-only and function-local ones among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, ("notesite" if node.level else "", node.module)))
            yield from ((node.lineno, base, one.name) for one in node.names)


def own_modules(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The modules of ours that a module imports; the version, which all may read, is none."""
    for line, module, name in imports(tree):
        if module.split(".")[0] == "notesite" and (module, name) != ("notesite", "__version__"):
            yield line, [*module.split("."), name][1]


def wrong_imports(module: str, tree: ast.AST) -> Iterator[str]:
    """Imports of ours that do not point down."""
    if module not in RANK and module != "__init__":
        yield f"{module} has no place among the layers yet"
    for line, other in own_modules(tree):
        if module in PREVIEW and other not in PREVIEW:
            yield f"line {line}: the preview server gets plain values, and imports nothing else of ours"
        elif RANK.get(other, len(PLACES)) >= RANK.get(module, -1):
            yield f"line {line}: {module} may not import {other}"


def wrong_doors(module: str, tree: ast.AST) -> Iterator[str]:
    """Libraries imported anywhere but at their door."""
    for line, name, _ in imports(tree):
        library = name.split(".")[0]
        if library not in FREE and module not in DOORS.get(library, set()):
            yield f"line {line}: {library} has its door in {', '.join(DOORS.get(library, ['no module yet']))}"


def worldly(module: str, tree: ast.AST) -> Iterator[str]:
    """What touches files, processes or streams away from the edge."""
    if module in EDGE:
        return
    for line, name, part in imports(tree):
        if name.split(".")[0] in WORLD or (name == "pathlib" and not part.startswith("Pure")):
            yield f"line {line}: {name} {part}".rstrip()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS:
            yield f"line {node.lineno}: {node.func.id}()"


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function, methods and inner ones among them."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def unannotated(tree: ast.AST) -> Iterator[str]:
    """Functions with an argument or a result that says nothing of its type."""
    for function in functions(tree):
        given = function.args
        rest = [one for one in (given.vararg, given.kwarg) if one]
        named = [one for one in given.posonlyargs + given.args if one.arg not in {"self", "cls"}]
        if not function.returns or not all(one.annotation for one in named + given.kwonlyargs + rest):
            yield f"line {function.lineno}: {function.name}"


def undocumented(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    """A module, and its public functions, classes and methods, that have no docstring."""
    if not ast.get_docstring(tree):
        yield getattr(tree, "name", "the module")
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from undocumented(node)
        elif isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.name


def overlong(tree: ast.AST) -> Iterator[str]:
    """Functions that no longer fit on a screen."""
    for function in functions(tree):
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION:
            yield f"line {function.lineno}: {function.name}"


def committed() -> Iterator[Path]:
    """Every file of the checkout that would be committed."""
    for folder, folders, files in os.walk(TOP):
        folders[:] = sorted(set(folders) - UNCOMMITTED)
        yield from (Path(folder, name) for name in sorted(files))


SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(text, f"{name}.py") for name, text in SOURCES.items()}
each_module = pytest.mark.parametrize("module", SOURCES)


@each_module
def test_imports_point_down(module):
    """A module imports only from layers below it and from its left, type-only and local imports included."""
    assert not list(wrong_imports(module, TREES[module]))


@each_module
def test_each_library_has_one_door(module):
    """A third-party library is imported by the one module that is its door."""
    assert not list(wrong_doors(module, TREES[module]))


@each_module
def test_only_the_edge_touches_the_world(module):
    """Files, processes and streams are reached from the edge and the command line alone."""
    assert not list(worldly(module, TREES[module]))


@each_module
def test_everything_is_annotated(module):
    """Every argument and result in the package has a type."""
    assert not list(unannotated(TREES[module]))


@each_module
def test_everything_public_is_documented(module):
    """Every module, and every public function, class and method in it, has a docstring."""
    assert not list(undocumented(TREES[module]))


@each_module
def test_pieces_are_small(module):
    """No function is longer than a screen, no module longer than a sitting."""
    assert not list(overlong(TREES[module]))
    lines = SOURCES[module].count("\n")
    assert lines <= LONGEST_MODULE


@pytest.mark.parametrize("path", sorted(TOP.glob("tests/**/test_*.py")), ids=lambda path: path.stem)
def test_every_test_says_what_it_proves(path):
    """Every test has a docstring."""
    tests = (one for one in functions(ast.parse(path.read_text("utf-8"))) if one.name.startswith("test_"))
    assert not [one.name for one in tests if not ast.get_docstring(one)]


def test_no_file_names_this_machine():
    """No committed file holds a path of the machine it was written on, or of anyone's home."""
    machine = re.compile(rb"(?<![\w.~/:-])/(?:work|root|home|Users)/\w")
    assert not [path for path in committed() if machine.search(path.read_bytes())]


@pytest.mark.parametrize("lock", ["requirements.lock", ".ci/package-lock.json"])
def test_locks_name_no_host(lock):
    """A lock pins by digest and leaves the choice of registry to whoever installs."""
    assert "://" not in (TOP / lock).read_text("utf-8")


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (wrong_imports, "link", "from notesite import cite"),
        (wrong_imports, "records", "def f():\n    import notesite.diagnostics"),
        (wrong_imports, "urls", "if TYPE_CHECKING:\n    from .sources import Key"),
        (wrong_imports, "serve", "from notesite.records import Note"),
        (wrong_imports, "desk", "from notesite import reports"),
        (wrong_imports, "overlay", "from notesite import desk"),
        (wrong_imports, "config", "from notesite import unheard_of"),
        (wrong_imports, "__init__", "from notesite import cli"),
        (wrong_imports, "unheard_of", "import json"),
        (wrong_doors, "load", "import markdown_it.token"),
        (wrong_doors, "load", "import unheard_of"),
        (worldly, "load", "from os import path"),
        (worldly, "load", "from pathlib import Path"),
        (worldly, "build", "import pathlib"),
        (worldly, "render", "print(1)"),
    ],
)
def test_rules_bite(rule, module, source):
    """Each rule about imports finds a plain breach of it."""
    assert list(rule(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (unannotated, "def f(x) -> int: ..."),
        (unannotated, "class C:\n    def f(self, *rest) -> int: ..."),
        (undocumented, "'said'\nclass C:\n    'said'\n    def f(self): ..."),
        (overlong, "def f():\n" + "    f()\n" * LONGEST_FUNCTION),
    ],
)
def test_measures_bite(rule, source):
    """Each measure finds a piece that does not meet it."""
    assert list(rule(ast.parse(source)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("diagnostics", "from notesite.records import Note"),
        ("urls", "from pathlib import PurePosixPath\nfrom notesite import __version__, records"),
        ("serve", "import uvicorn\nfrom notesite import desk, overlay"),
        ("cli", "import os\nfrom notesite import build, serve\nimport click\nprint(open('x'))"),
        ("dialect", "from markdown_it import MarkdownIt\nimport msgspec"),
    ],
)
def test_rules_allow(module, source):
    """What the table of the house allows passes every rule about imports."""
    tree = ast.parse(source)
    assert not [*wrong_imports(module, tree), *wrong_doors(module, tree), *worldly(module, tree)]
