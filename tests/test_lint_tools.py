"""How the output of the lint tools is read."""

import json
from subprocess import CompletedProcess

from suite import lint_tools


def finished(stdout="", stderr="", code=1):
    return CompletedProcess([], code, stdout, stderr)


def test_lines_with_and_without_a_column_are_read_and_others_passed_over():
    text = "a/b.py:3:7: E501 Line too long\na/c.xml:4: xml-x wrong\nFound 2 errors.\n"
    assert list(lint_tools.read_lines(finished(text))) == [
        ("a/b.py", 3, "E501 Line too long"),
        ("a/c.xml", 4, "xml-x wrong"),
    ]


def test_prettier_names_unformatted_files_and_syntax_errors():
    found = lint_tools.read_prettier(finished("a.js\n", "[error] b.xml: SyntaxError: end\n"))
    assert [path for path, _line, _text in found] == ["a.js", "b.xml"]


def test_json_output_names_the_rule():
    message = {"ruleId": "curly", "line": 2, "message": "braces"}
    text = json.dumps([{"filePath": "a.js", "messages": [message]}])
    assert list(lint_tools.read_json(finished(text))) == [("a.js", 2, "curly: braces")]


def test_manifest_findings_leave_out_odoos_own_addons_only():
    text = "sale not found\nqueue_job not found\nx (LGPL-3) depends on y (AGPL-3)\nz not found\n"
    found = lint_tools.manifest_findings(finished(stderr=text), {"sale"})
    assert list(found) == ["x (LGPL-3) depends on y (AGPL-3)", "z not found"]


def test_each_check_sees_only_its_files():
    files = ["addons/a/__manifest__.py", "addons/a/rules/lots.py", "addons/a/i18n/nl.po", "x.md"]
    seen = {check.name: check.choose(files) for check in lint_tools.CHECKS}
    assert seen["ruff rules"] == ["addons/a/rules/lots.py"]
    assert seen["oca module"] == ["addons/a"]
    assert seen["oca po"] == ["addons/a/i18n/nl.po"]
    assert seen["prettier"] == ["x.md"]
    assert seen["eslint"] == []
