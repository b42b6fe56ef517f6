"""Scripts in Odoo's shell that answer with one value."""

import json

from suite import odoo, process
from suite.errors import SuiteError

#: Before the answer, on its line; a script has it as ``MARK``.
MARK = "SUITE-ANSWER "


def run(settings, name, script):
    """Run a script in a database's shell; return the JSON value it prints after ``MARK``.

    :param script: Python with ``env``
    :raise SuiteError: when it ends without an answer
    """
    path = settings.run / "shell-script.py"
    path.write_text(f"MARK = {MARK!r}\n{script}", encoding="utf-8")
    words = odoo.command(
        settings, "shell", "-c", settings.odoo_conf, "-d", name, "--no-http", "--workers=0",
        "--log-level=warn",
    )  # fmt: skip
    with path.open(encoding="utf-8") as source:
        printed = process.run(
            words, stdin=source, env=odoo.environment(settings), cwd=settings.data
        )
    answers = [line for line in printed.splitlines() if MARK in line]
    if not answers:
        raise SuiteError(f"The script in {name} gave no answer:\n{printed[-2000:]}")
    return json.loads(answers[-1].partition(MARK)[2])
