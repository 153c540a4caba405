"""What the program's modules import, read from their code: for the tests of its structure and of its cache."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from samples import ROOT


@dataclass(frozen=True)
class Module:
    """A module of the program by its path below `builder/`: what it imports of the program, and of libraries.

    `own` includes what is imported inside functions and for types alone; `late` is what is imported inside functions.
    """

    path: str
    own: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)


def modules(root: Path = ROOT) -> dict[str, Module]:
    """All modules by path."""
    package = root / "builder"
    names = {_name(path, root): path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    found = {}
    for path in sorted(package.rglob("*.py")):
        module = Module(path.relative_to(package).as_posix())
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in _imported(node):
                if name.split(".")[0] != "builder":
                    module.libraries.add(name.split(".")[0])
                    continue
                target = names.get(name) or names.get(name.rpartition(".")[0])
                assert target is not None, f"{module.path} imports {name}"
                module.own.add(target)
                if getattr(node, "col_offset", 0) and not _is_for_types(path, node):
                    module.late.add(target)
        found[module.path] = module
    return found


def closure(graph: dict[str, Module], start: str) -> set[str]:
    """A module and all that it imports, directly or not."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += graph[path].own
    return reached


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def _name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _is_for_types(path: Path, node: ast.AST) -> bool:
    """Whether an import stands in a block `if TYPE_CHECKING:`."""
    tree = ast.parse(path.read_text("utf-8"))
    blocks = [each for each in ast.walk(tree) if isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test)]
    return any(block.lineno < node.lineno <= (block.end_lineno or 0) for block in blocks)  # type: ignore[attr-defined]
