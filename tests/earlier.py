"""Other sets of the add-ons: earlier states, out of the repository's own history; all but some."""

import dataclasses
import re
import subprocess

from suite import modules, odoo, process
from suite.settings import PROJECT

#: {what was finished then: commit}. Every full clone has them; see CONTRIBUTING.md.
STATES = {
    "loyalty_accounts": "cf9f13f",
    "partner_consolidation": "e3ece50",
    "b2b_portal": "081fb7f",
    "consignment_portal": "8ddfbd2",
    "accounting_connectors": "088986e",
    "integrator_api": "8aff4bb",
}


@dataclasses.dataclass(frozen=True)
class Set:
    """Add-ons in a folder of their own.

    :param folder: that holds ``addons``
    :param configuration: of a server that has them instead of the present ones
    """

    folder: object
    configuration: object

    @property
    def modules(self):
        """The names of its modules."""
        return sorted(path.parent.name for path in self.folder.glob("addons/*/__manifest__.py"))

    def install(self, settings, name, *, log, demo=True):
        """Install all of them, with their demo data if asked for, and of Odoo's modules what they need."""
        then = dataclasses.replace(settings, project=self.folder)
        needed = modules.core_dependencies(then, modules.scan(then).values())
        for names in (needed, self.modules):  # apart, or Odoo's would be configured after ours
            if not names:
                continue
            words = odoo.command(
                settings, "-c", self.configuration, "-d", name, "--stop-after-init", "--workers=0",
                "--max-cron-threads=0", "--no-http", *(["--with-demo"] if demo else []), "-i", ",".join(names),
            )  # fmt: skip
            printed = process.run(words, log=log, env=odoo.environment(settings), cwd=settings.data)
            odoo.refuse_problems(settings, printed, log)


def unpack(settings, commit, folder):
    """Return the :class:`Set` of an earlier state, unpacked into an empty folder.

    :raise AssertionError: the history does not reach that far
    """
    git = ["git", "-c", f"safe.directory={PROJECT}", "-C", PROJECT]
    archive = subprocess.run(
        [*git, "archive", commit, "addons"], capture_output=True, check=False, timeout=120
    )
    assert archive.returncode == 0, (
        f"The earlier state {commit} is not in this copy of the repository, so that upgrades cannot be "
        f"proven: take a full clone, or run “git fetch --unshallow”. ({archive.stderr.decode().strip()})"
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True, timeout=120)
    return _configure(settings, folder)


def leave_out(settings, gone, folder):
    """Return the :class:`Set` of all present add-ons but some, linked into an empty folder.

    :param gone: names; Odoo does not know that there are such modules
    """
    (folder / "addons").mkdir()
    for path in settings.addons.iterdir():
        if path.name not in gone:
            (folder / "addons" / path.name).symlink_to(path)
    return _configure(settings, folder)


def _configure(settings, folder):
    text = settings.odoo_conf.read_text(encoding="utf-8")
    configuration = folder / "odoo.conf"
    configuration.touch(mode=0o600)
    text, count = re.subn(
        rf"{re.escape(str(settings.addons))}(?=,|$)", f"{folder}/addons", text, flags=re.MULTILINE
    )
    assert count == 1, "the present add-ons would be installed"
    configuration.write_text(text, encoding="utf-8")
    return Set(folder, configuration)
