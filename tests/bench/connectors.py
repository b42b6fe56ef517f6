"""What the connectors' cases begin with: a scratch database, a stand-in, a backend connected with it."""

import contextlib

from bench import databases
from suite.stand_ins import SETTINGS, StandIn

PROVIDER = "fortnox"
BACKEND = """
env = env(user=env.ref("base.user_admin").id)
backend = env["accounting.backend"].create(
    {"name": "Fortnox", "provider": "fortnox", "base_url": URL, "auth_url": URL})
for setting in backend.setting_ids:
    setting.value = VALUES[setting.name]
env.cr.commit()
backend.action_connect()
"""


@contextlib.contextmanager
def connected(bench):
    """Yield a database's name, the stand-in, and a function that runs a script in the shell.

    The function takes the script and the values it uses by name; ``env`` and ``backend`` are there,
    and ``MARK``, which begins the line with what the script found.
    """
    settings = bench.settings
    source = databases.base(settings, "accounting_connectors", alone=True)
    with (
        databases.scratch(settings, source=source) as name,
        StandIn(settings, PROVIDER) as stand_in,
    ):
        fixed = {"URL": stand_in.url, "VALUES": SETTINGS[PROVIDER]}

        def run(script, **values):
            given = "".join(f"{key} = {value!r}\n" for key, value in {**fixed, **values}.items())
            return databases.run_in_shell(settings, name, given + BACKEND + script)

        yield name, stand_in, run
