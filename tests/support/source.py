"""The project's own source, read as syntax: what the house tests look at."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("server", "replication", "webdav", "doctypes", "clients")


def modules(*floors):
    """Return path and dotted name of each module of these floors (none named: of all)."""
    found = []
    for floor in floors or FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)))
    return found


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def is_under(name, package):
    return name == package or name.startswith(package + ".")


def imported(path, module):
    """Yield every name that a module imports, wherever in it, as a dotted path."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path, module)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _absolute(node, path, module):
    if not node.level:
        return node.module or ""
    parts = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    kept = parts[: len(parts) - node.level + 1]
    return ".".join(kept + ([node.module] if node.module else []))


def used(path):
    """Yield every dotted name that a module's code mentions, as far as imports tell what it is."""
    names = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                names[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and (dotted := _dotted(node)) is not None:
            first, _, rest = dotted.partition(".")
            yield f"{names.get(first, first)}.{rest}"


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def functions(path):
    """Yield name and number of code lines of each function: no blanks, comments or docstring."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, _code_lines(node, lines)


def _code_lines(node, lines):
    body = node.body
    documented = ast.get_docstring(node, clean=False) is not None
    inside = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    if documented:
        inside -= set(range(body[0].lineno, (body[0].end_lineno or body[0].lineno) + 1))
    texts = (lines[number - 1].strip() for number in inside)
    return sum(1 for text in texts if text and not text.startswith("#"))
