"""What the folder of add-ons holds: manifests, dependencies, content hashes, logins of the demo."""

import ast
import dataclasses
import hashlib

from suite.errors import SuiteError

#: Families that are named after no app: the libraries, and what joins apps of several families.
LIBRARIES, MEETINGS = "(libraries)", "(meetings)"


@dataclasses.dataclass(frozen=True)
class Module:
    """One add-on of the suite."""

    name: str
    path: object
    version: str
    depends: tuple
    auto_install: bool
    library: bool

    def content_hash(self):
        """Return a hash over all its files (compiled ones left out)."""
        digest = hashlib.sha256()
        for path in sorted(self.path.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(self.path)}\0".encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()


def scan(settings):
    """Return the installable modules of addons/ by name, in alphabetical order.

    :raise SuiteError: when a manifest cannot be read
    """
    found = {}
    for manifest in sorted(settings.addons.glob("*/__manifest__.py")):
        values = _read(manifest)
        if not values.get("installable", True):
            continue
        found[manifest.parent.name] = Module(
            name=manifest.parent.name,
            path=manifest.parent,
            version=values.get("version", ""),
            depends=tuple(values.get("depends", ())),
            auto_install=bool(values.get("auto_install")),
            library=_is_library(values),
        )
    return found


def _is_library(values):
    """Tell whether a module is only a part that others build on, with nothing to see in it."""
    return values.get("category", "").startswith("Hidden") and not values.get("auto_install")


def _read(manifest):
    try:
        values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise SuiteError(f"{manifest} is not a readable manifest ({error}); correct it.") from error
    if not isinstance(values, dict):
        raise SuiteError(f"{manifest} holds no dictionary; correct it.")
    return values


def chosen(settings, names):
    """Return the named modules (all when none is named).

    :raise SuiteError: for a name that is not in addons/
    """
    known = scan(settings)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SuiteError(
            f"There is no module {unknown[0]} in addons/; there are: {', '.join(known) or 'none yet'}."
        )
    return [known[name] for name in names] if names else list(known.values())


def families(settings, modules):
    """Return the given modules in lists, one for each app and what builds on it alone.

    Modules of different families know nothing of each other, and are tested apart: each with the
    modules of Odoo that it needs, and no others. A library that two apps share does not join them.
    The libraries are a family, and so is all that installs itself where apps of several families
    meet: small modules, each of which would have to wait for the installation of its apps.
    """
    known = scan(settings)
    family = {name: LIBRARIES if known[name].library else name for name in known}
    for module in _in_order(known):
        below = {
            family[name] for name in module.depends if name in known and not known[name].library
        }
        if len(below) == 1 or (below and not module.auto_install):
            joined = min(below)
            family = {name: joined if old in below else old for name, old in family.items()}
            family[module.name] = joined
        elif below:
            family[module.name] = MEETINGS
    found = {}
    for module in modules:
        found.setdefault(family[module.name], []).append(module)
    return [found[name] for name in sorted(found)]


def _in_order(known):
    """Return modules so that each comes after those it depends on, glue last."""
    done, waiting = (
        [],
        sorted(known.values(), key=lambda module: (module.auto_install, module.name)),
    )
    while waiting:
        ready = next(
            module
            for module in waiting
            if not any(other.name in module.depends for other in waiting)
        )
        waiting.remove(ready)
        done.append(ready)
    return done


def family(settings, name):
    """Return all modules of a module's family."""
    (found,) = [
        members
        for members in families(settings, scan(settings).values())
        if name in {member.name for member in members}
    ]
    return found


def core_dependencies(settings, modules):
    """Return the sorted names of Odoo's own modules that the given ones need.

    Dependencies between the suite's modules are followed.
    """
    known = scan(settings)
    waiting, seen, core = [module.name for module in modules], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in known:
            waiting.extend(known[name].depends)
        else:
            core.add(name)
    return sorted(core)


def hashes(settings):
    """Return {module name: content hash} of all modules."""
    return {name: module.content_hash() for name, module in scan(settings).items()}


def demo_logins(settings):
    """Return [(login, password, description)] from addons/*/demo/logins.txt (tab-separated)."""
    rows = []
    for path in sorted(settings.addons.glob("*/demo/logins.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) == 3 and not line.startswith("#"):
                rows.append(tuple(field.strip() for field in fields))
    return rows
