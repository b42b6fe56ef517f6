"""Reads the tests of an Odoo module from its source, to choose them by name or kind."""

import ast
import dataclasses

BROWSER_CALLS = {"start_tour", "start_pos_tour", "browser_js", "start_browser"}


@dataclasses.dataclass(frozen=True)
class Test:
    """A test method of an Odoo module; `browser` ones drive Chromium."""

    module: str
    class_name: str
    method: str
    browser: bool

    @property
    def name(self):
        """Module, class and method, as patterns see them."""
        return f"{self.module}.{self.class_name}.{self.method}"

    @property
    def tag(self):
        """How Odoo's --test-tags names it."""
        return f"/{self.module}:{self.class_name}.{self.method}"


def read(module):
    """Return the :class:`Test` list of a :class:`suite.modules.Module`.

    Methods a class inherits are not seen; they run unless a pattern is given.
    """
    return [
        test
        for path in sorted((module.path / "tests").glob("test_*.py"))
        for test in read_text(module.name, path.read_text(encoding="utf-8"))
    ]


def read_text(module_name, text):
    """Return the tests in the text of one file.

    >>> [test] = read_text("m", "class TestA(X):\\n  def test_b(self): self.start_tour('/')")
    >>> test.tag, test.browser
    ('/m:TestA.test_b', True)
    """
    return [
        Test(module_name, node.name, method.name, _drives_browser(method))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name.startswith("test_")
    ]


def _drives_browser(method):
    calls = (node.func for node in ast.walk(method) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in BROWSER_CALLS for call in calls)
