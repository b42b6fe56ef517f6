"""Where Odoo's code lies: the unpacked package or the tree the user named."""

import dataclasses
import re
from pathlib import Path

from suite.errors import SuiteError

PACKAGED = Path("usr/lib/python3/dist-packages")
SERIES = "19.0"


@dataclasses.dataclass(frozen=True)
class OdooTree:
    """An Odoo tree: the folder to import `odoo` from, its folders of modules, and its version."""

    python_path: Path
    addons: tuple
    version: str


def locate(settings):
    """Return the :class:`OdooTree` in use.

    :raise SuiteError: when there is none, or it is not Odoo 19
    """
    given = settings.odoo_source
    base = given or settings.debian_root
    for folder in (base, base / PACKAGED):
        release = folder / "odoo" / "release.py"
        if release.is_file():
            return OdooTree(folder, _addons_folders(folder), _version(release))
    if given:
        raise SuiteError(
            f"ODOO_SOURCE={given} holds no odoo/release.py; point it at an Odoo 19 tree."
        )
    raise SuiteError("Odoo is not here yet; run ./suite up first.")


def _addons_folders(folder):
    """Return the folders of modules.

    The package keeps all in odoo/addons (its addons/ is an incomplete copy); a checkout keeps
    base there and the others in addons/.
    """
    base, others = folder / "odoo" / "addons", folder / "addons"
    if (base / "web" / "__manifest__.py").is_file():
        return (base,)
    if (others / "web" / "__manifest__.py").is_file():
        return base, others
    raise SuiteError(f"The Odoo tree {folder} has no module web; it is not complete.")


def _version(release):
    text = release.read_text(encoding="utf-8")
    numbers = re.search(
        r"^version_info\s*=\s*\(\s*'?(?:saas~)?(\d+)'?\s*,\s*(\d+)\s*,\s*(\d+)", text, re.MULTILINE
    )
    if not numbers or ".".join(numbers.groups()[:2]) != SERIES:
        raise SuiteError(f"{release.parents[1]} is not Odoo {SERIES}; point ODOO_SOURCE at one.")
    return ".".join(numbers.groups())
