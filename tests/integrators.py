"""What the tests of integrators share: a key, and docs/integrators.md as data."""

import re
import uuid
from pathlib import Path

from rpc import Json2, XmlRpc

PAGE = Path(__file__).resolve().parents[1] / "docs" / "integrators.md"
MARKS = re.compile(r"(<!-- operations -->\n).*?(<!-- end of operations -->)", re.DOTALL)


class Integrator:
    """An integrator with a fresh key, calling over JSON-2.

    :param families: codes; all by default
    """

    def __init__(self, server, families=None):
        admin = XmlRpc(server, "admin")
        domain = [] if families is None else [["code", "in", list(families)]]
        wizard = admin(
            "integrator.key",
            "create",
            {
                "name": f"Test {uuid.uuid4().hex}",
                "days": 1,
                "family_ids": [[6, 0, admin("integrator.family", "search", domain)]],
            },
        )
        shown = admin("integrator.key", "action_issue", [wizard])["context"]
        self.server = server
        self.key, self.login = shown["default_key"], shown["default_login"]
        self.json = Json2(server, self.key)

    def __call__(self, operation, **arguments):
        """Call an operation; return its answer, which may be an error."""
        status, answer = self.json("integrator.api", operation, **arguments)
        assert status == 200, answer
        return answer

    def xmlrpc(self):
        """Return the same over XML-RPC."""
        return XmlRpc(self.server, self.login, self.key)


def read_example(name):
    """Return the program of this name, as it stands on the page."""
    text = PAGE.read_text(encoding="utf-8")
    (program,) = re.findall(rf"^```\w+ example={name}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return program


def render(description):
    """Return what the page has to say of operations and events, as ``describe`` tells them."""
    operations = description["operations"]
    told = [[(error["code"], error["when"]) for error in one["errors"]] for one in operations]
    common = [error for error in told[0] if all(error in errors for errors in told)]
    lines = ["", "Every operation may answer:", "", *(_error_line(error) for error in common), ""]
    for operation, errors in zip(operations, told, strict=True):
        lines += [f"### {operation['name']}", "", operation["summary"]]
        lines += [f"Family: `{operation['family']}`." if operation["family"] else "No family.", ""]
        lines += [_argument_line(argument) for argument in operation["arguments"]]
        lines += [f"- answers {operation['answer']}"]
        lines += [_error_line(error) for error in errors if error not in common]
        lines.append("")
    lines += ["### Topics of events", ""]
    lines += [f"- `{topic['code']}`: {topic['name']}" for topic in description["topics"]]
    return "\n".join([*lines, "", ""])


def _argument_line(argument):
    need = "" if argument["required"] else "; optional"
    return f"- `{argument['name']}`: {argument['about']} ({argument['limits']}{need})"


def _error_line(error):
    return f"- error `{error[0]}`: {error[1]}"
