"""What the house's own checks find, and what they leave alone."""

import pytest

from suite.lint_house import check_text, empty_folders

pytestmark = pytest.mark.apart


def findings(path, text):
    """Check `text`, in which a ~ stands for nothing: it hides bad samples from the check itself."""
    return [said for _line, said in check_text(path, text.replace("~", ""))]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/a.md", "TO~DO: later"),
        ("addons/a/models/b.py", "self.env.cr.com~mit()"),
        ("addons/a/models/b.py", "_sql_con~straints = []"),
        ("addons/a/tests/test_b.py", "self.skip~Test('no browser')"),
        ("tests/test_b.py", "@pytest.mark.sk~ip\ndef test_x(): assert 1"),
        ("addons/a/views/b.xml", "<tr~ee/>"),
        ("addons/a/static/src/b.js", "console.lo~g(1);"),
        ("addons/a/models/b.py", "import x  # no~qa"),
        ("addons/a/rules/b.py", "pri~nt(1)"),
    ],
)
def test_a_forbidden_text_is_one_message(path, text):
    assert len(findings(path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tools/suite/b.py", "pri~nt(1)"),
        ("addons/a/models/b.py", "import x  # no~qa: F401 -- registers the model"),
        ("addons/a/models/b.py", "# needed by the registry\nimport x  # no~qa: F401"),
        ("addons/a/views/b.xml", "<list/>"),
        ("tests/test_b.py", "cr.com~mit()"),
    ],
)
def test_the_same_is_allowed_where_it_belongs_or_explained(path, text):
    assert findings(path, text) == []


def test_a_privileged_call_needs_a_reason():
    (said,) = findings("addons/a/models/b.py", "x = self.env['a'].sudo().search([])\n")
    assert "sudo()" in said


@pytest.mark.parametrize(
    "text",
    [
        "# the customer may not read the ledger\nx = self.sudo()\n",
        "x = self.sudo()  # the customer may not read the ledger\n",
        "# the customer may not read\nx = (\n    self\n    .search([])\n    .sudo()\n)\n",
        "# row lock: two tills\nself.env.cr.execute(\n    'SELECT 1',\n)\n",
        "# read only\nif self.sudo():\n    pass\n",
    ],
)
def test_a_comment_in_or_above_the_statement_is_a_reason(text):
    assert findings("addons/a/models/b.py", text) == []


def test_a_comment_inside_a_block_is_no_reason_for_its_header():
    text = "if self.sudo():\n    x = 1\n    # another thing\n"
    assert len(findings("addons/a/models/b.py", text)) == 1


def test_tests_may_act_as_superuser_without_a_reason():
    assert findings("addons/a/tests/common.py", "x = self.sudo()\n") == []


def test_a_model_lives_in_the_file_named_after_it():
    text = "class A(models.Model):\n    _name = 'loyalty.account'\n"
    assert findings("addons/a/models/loyalty_account.py", text) == []
    assert findings("addons/a/models/loyalty_account_use.py", text) == []
    assert "belongs into" in findings("addons/a/models/account.py", text)[0]


def test_a_second_model_in_a_file_is_a_message():
    text = "class A:\n    _inherit = 'a.b'\nclass B:\n    _inherit = ['a.c']\n"
    assert "a.c" in findings("addons/a/models/a_b.py", text)[0]


def test_long_files_and_functions_are_messages():
    assert "lines" in findings("tools/a.py", "x = 1\n" * 401)[0]
    body = "    x = 1\n" * 60
    assert "f has 61 lines" in findings("tools/a.py", f"def f():\n{body}")[0]


def test_a_test_that_asserts_nothing_is_a_message():
    assert findings("tests/test_a.py", "def test_x():\n    f()\n") == ["test_x asserts nothing"]
    assert findings("tests/test_a.py", "def test_x():\n    assert f()\n") == []


def test_an_empty_folder_is_found_and_compiled_files_do_not_fill_it(tmp_path):
    (tmp_path / "a" / "__pycache__").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.py").touch()
    assert list(empty_folders(tmp_path)) == [tmp_path / "a"]
