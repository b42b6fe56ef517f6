"""The house's own checks: what STYLE asks for and no public linter looks at.

Pure: text in, ``(line, message)`` pairs out, so that tests need neither git nor Odoo.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
LONG_FILE_SUFFIXES = (".py", ".js")

Finding = tuple[int, str]


class Pattern(NamedTuple):
    """A text that must not stand in these files; empty tuples mean anywhere."""

    regex: re.Pattern
    roots: tuple[str, ...]
    suffixes: tuple[str, ...]
    message: str


def _pattern(regex: str, where: str, message: str) -> Pattern:
    """Build a pattern; ``where`` is like ``addons,tests *.py`` and may be empty.

    A ``~`` in the expression stands for nothing: it keeps this file from finding itself.
    """
    roots, _, suffix = where.partition(" *")
    return Pattern(
        re.compile(regex.replace("~", ""), re.MULTILINE),
        tuple(filter(None, roots.split(","))),
        (suffix,) if suffix else (),
        message,
    )


PATTERNS = [
    _pattern(r"\b(TO~DO|FIX~ME|X~XX)\b", "", "unfinished mark: do it or drop it"),
    _pattern(
        r"self\.skip~Test\(|@(unittest\.|pytest\.mark\.)?skip~|pytest\.skip~\(",
        "addons,tests *.py",
        "a test that cannot run must fail, not skip",
    ),
    _pattern(
        r"\bcr\.commit~\(\)",
        "addons *.py",
        "no commit in business code: the request or the job commits",
    ),
    _pattern(r"_sql_~constraints\b", "addons *.py", "Odoo 19 ignores it: models.Constraint"),
    _pattern(r"type=['\"]js~on['\"]", "addons *.py", "Odoo 19 names it jsonrpc"),
    _pattern(r"<t~ree\b", "addons *.xml", "Odoo 19 rejects it: <list>"),
    _pattern(r"\b(attrs|states)~=\"", "addons *.xml", "Odoo 19 rejects it: invisible"),
    _pattern(r"public~Widget", "addons *.js", "Odoo 19 uses Interaction"),
    _pattern(r"console\.~log", "addons *.js", "no console output in shipped code"),
    _pattern(r"^\s*print~\(", "addons *.py", "no print in shipped code: use the log"),
]

# A switched-off rule says why after `--` or on the line above.
SUPPRESSION = re.compile(
    r"#\s*(noqa|pylint:\s*disable|type:\s*ignore)|(//|/\*)\s*(eslint-disable|prettier-ignore)"
)
SUPPRESSION_REASON = re.compile(r"--\s*\w|#[^#]*#\s*\w")

# Calls that step around the user's rights or the ORM; each needs its reason.
GUARDED_CALLS = {
    "sudo": "sudo()",
    "execute": "SQL",
    "execute_query": "SQL",
    "cursor": "an extra cursor",
    "lock_for_update": "a lock",
    "try_lock_for_update": "a lock",
}
ASSERTION = re.compile(r"assert|raises|start_tour|fail\(|expect|_check_|_run_")


def check_text(path: str, text: str) -> Iterator[Finding]:
    """Yield the findings of one file; ``path`` is relative to the repository."""
    pure = PurePosixPath(path)
    in_addons = pure.parts[0] == "addons"
    yield from _patterns(pure, text)
    yield from _suppressions(text)
    lines = text.count("\n")
    if pure.suffix in LONG_FILE_SUFFIXES and lines > MAX_FILE_LINES:
        yield 1, f"{lines} lines, more than {MAX_FILE_LINES}: split it by reason to change"
    if pure.suffix == ".py":
        tree = ast.parse(text)
        yield from _functions(pure, text, tree)
        if in_addons and "tests" not in pure.parts:
            yield from _guarded_calls(text, tree)
        if in_addons and pure.parent.name == "models":
            yield from _models(pure, tree)


def _patterns(pure: PurePosixPath, text: str) -> Iterator[Finding]:
    for pattern in PATTERNS:
        if pattern.roots and pure.parts[0] not in pattern.roots:
            continue
        if pattern.suffixes and pure.suffix not in pattern.suffixes:
            continue
        for match in pattern.regex.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, pattern.message


def _suppressions(text: str) -> Iterator[Finding]:
    previous = ""
    for number, line in enumerate(text.splitlines(), 1):
        if SUPPRESSION.search(line):
            said_above = previous.lstrip().startswith(("#", "//"))
            if not said_above and not SUPPRESSION_REASON.search(line):
                yield number, "say why this rule is switched off"
        previous = line


def _functions(pure: PurePosixPath, text: str, tree: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        length = node.end_lineno - node.lineno + 1
        if length > MAX_FUNCTION_LINES:
            yield node.lineno, f"{node.name} has {length} lines, more than {MAX_FUNCTION_LINES}"
        is_test = node.name.startswith("test_") and pure.name.startswith("test_")
        if is_test and not ASSERTION.search(ast.get_source_segment(text, node)):
            yield node.lineno, f"{node.name} asserts nothing"


def _guarded_calls(text: str, tree: ast.AST) -> Iterator[Finding]:
    """Find guarded calls without a comment in their statement or right above it."""
    comments = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    for statement, call in _innermost_calls(tree):
        last = call.end_lineno if hasattr(statement, "body") else statement.end_lineno
        if comments.isdisjoint(range(statement.lineno - 1, last + 1)):
            what = GUARDED_CALLS[call.func.attr]
            yield call.func.end_lineno, f"{what}: say in a comment why this is safe"


def _innermost_calls(tree: ast.AST) -> Iterator[tuple[ast.stmt, ast.Call]]:
    """Pair each guarded call with the innermost statement it stands in."""
    todo = [(tree, None)]
    while todo:
        node, statement = todo.pop()
        if isinstance(node, ast.stmt):
            statement = node
        func = getattr(node, "func", None)
        if isinstance(func, ast.Attribute) and func.attr in GUARDED_CALLS:
            yield statement, node
        todo.extend((child, statement) for child in ast.iter_child_nodes(node))


def _models(pure: PurePosixPath, tree: ast.Module) -> Iterator[Finding]:
    """One model per file, named after it; a long one may go on in ``<model>_<part>.py``."""
    models = []
    for node in tree.body:
        name = _model_name(node) if isinstance(node, ast.ClassDef) else None
        if name:
            models.append((node.lineno, name))
    for lineno, name in models[1:]:
        yield lineno, f"a second model, {name}: give it a file of its own"
    for lineno, name in models[:1]:
        if not f"{pure.stem}_".startswith(f"{name.replace('.', '_')}_"):
            yield lineno, f"the model {name} belongs into {name.replace('.', '_')}.py"


def _model_name(node: ast.ClassDef) -> str | None:
    """Return the literal ``_name``, else a single ``_inherit``, of an Odoo model class."""
    found = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = statement.value
    for attribute in ("_name", "_inherit"):
        value = found.get(attribute)
        if isinstance(value, (ast.List, ast.Tuple)) and len(value.elts) == 1:
            value = value.elts[0]
        if isinstance(value, ast.Constant):
            return value.value
    return None


def empty_folders(root: Path) -> Iterator[Path]:
    """Yield folders below ``root`` that hold nothing but compiled files."""
    for folder in sorted(path for path in root.rglob("*") if path.is_dir()):
        if "__pycache__" not in folder.parts and not _content(folder):
            yield folder


def _content(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name != "__pycache__"]
