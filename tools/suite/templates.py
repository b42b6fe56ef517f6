"""Databases that are kept to be copied: installing takes minutes, a copy seconds.

core      Odoo's modules that the suite builds on, with or without demo data
complete  core with demo data and all modules of the suite: the demo and the tests over the wire
"""

from suite import database, modules, odoo, odoo_source, output, stamps

PREFIX = "tpl_"


def core(settings, *, with_demo, chosen=()):
    """Return the name of the template with Odoo's modules; made when missing.

    :param chosen: modules of the suite whose needs it has to meet; all by default
    """
    wanted = chosen or modules.scan(settings).values()
    needed = modules.core_dependencies(settings, wanted) or ["base"]
    kind = f"{PREFIX}demo_" if with_demo else f"{PREFIX}plain_"
    if chosen:
        kind += f"{min(module.name for module in chosen)}_"
    name = kind + _key(settings, *needed)
    title = (
        f"installing Odoo's modules {'with' if with_demo else 'without'} demo data (kept for later)"
    )
    if not database.exists(settings, name):
        with output.step(title) as progress:
            database.create(settings, _fresh(settings, f"{name}_new"))
            log = _log(settings, f"install-{kind.removeprefix(PREFIX).rstrip('_')}")
            odoo.install(
                settings, f"{name}_new", needed, log=log, with_demo=with_demo, progress=progress
            )
            _finish(settings, kind, name)
    return name


def complete(settings):
    """Return the name of the template with demo data and all modules of the suite."""
    source = core(settings, with_demo=True)
    known = modules.scan(settings)
    if not known:
        return source
    kind = f"{PREFIX}suite_"
    name = kind + _key(settings, source, *sorted(modules.hashes(settings).items()))
    if not database.exists(settings, name):
        with output.step(f"installing {', '.join(known)} with demo data") as progress:
            database.clone(settings, source, _fresh(settings, f"{name}_new"))
            log = _log(settings, "install-suite")
            odoo.install(
                settings, f"{name}_new", list(known), log=log, with_demo=True, progress=progress
            )
            _finish(settings, kind, name)
    return name


def _log(settings, name):
    """Return the path of a log that begins anew."""
    path = settings.logs / f"{name}.log"
    path.unlink(missing_ok=True)
    return path


def _key(settings, *parts):
    """What a template depends on besides its modules: Odoo's code and the Python packages."""
    tree = odoo_source.locate(settings)
    pins = stamps.file_hash(settings.config / "requirements.txt")
    return stamps.text_hash(tree.version, tree.python_path, pins, *parts)[:12]


def _fresh(settings, name):
    """Drop what an interrupted run left behind and return the name."""
    database.drop(settings, name)
    return name


def _finish(settings, kind, name):
    """Give the finished template its name, and drop older ones of its kind."""
    database.rename(settings, f"{name}_new", name)
    for other in database.names(settings, kind):
        if other != name:
            database.drop(settings, other)
