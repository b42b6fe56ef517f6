"""What the running registry has of the suite; imported in Odoo's shell only."""

import inspect
from pathlib import Path

from odoo import http, models
from odoo.tools import config

#: The suite's modules: those of the folder that lies beside the command ``suite``.
ADDONS = {
    path.parent.name
    for folder in config["addons_path"]
    for path in Path(folder).glob("*/__manifest__.py")
    if (Path(folder).parent / "suite").is_file()
}
#: Methods of every model that ``models.txt`` speaks about, with a letter each.
VERBS = {
    "copy_data", "create", "default_get", "name_create", "name_search", "onchange", "unlink", "write",
}  # fmt: skip


def facts(env):
    """Return all things that need a row in a table."""
    return {
        "models": list(_models(env)),
        "methods": list(_methods(env)),
        "routes": sorted(_routes(env), key=lambda route: (route["url"], route["name"])),
        "reports": list(_reports(env)),
        "files": list(_files(env)),
    }


def _module(cls):
    """Return the module of the suite that a class comes from, or an empty text."""
    path = cls.__module__.split(".")
    return path[2] if path[:2] == ["odoo", "addons"] and path[2] in ADDONS else ""


def _own_parts(model):
    """Return the classes of a model that the suite wrote, those that came first last."""
    parts = type(model).mro()
    return [cls for cls in parts if models.is_model_definition(cls) and _module(cls)]


def _is_made_here(model):
    return any(model._name == vars(cls).get("_name") for cls in _own_parts(model)) and not any(
        models.is_model_definition(cls) and not _module(cls) and cls._name == model._name
        for cls in type(model).mro()
    )


def _home(model):
    """Return the module that made a model of the suite."""
    return [_module(cls) for cls in _own_parts(model) if cls._name == model._name][-1]


def _models(env):
    """Yield the suite's models, and those of Odoo that it opens or closes."""
    found = {name: _home(env[name]) for name in env.registry if _is_made_here(env[name])}
    for record in _own_data(env, "ir.model.access") + _own_data(env, "ir.rule"):
        found.setdefault(record.model_id.model, record.get_external_id()[record.id].split(".")[0])
    for name in env.registry:
        for cls in _own_parts(env[name]):
            if "_check_access" in vars(cls) and not env[name]._abstract:
                found.setdefault(name, _module(cls))
    for name, module in sorted(found.items()):
        model = env[name]
        kind = "abstract" if model._abstract else "transient" if model._transient else "stored"
        yield {"model": name, "module": module, "kind": kind}


def _own_data(env, model):
    domain = [("module", "in", sorted(ADDONS)), ("model", "=", model)]
    return [env[model].browse(data.res_id) for data in env["ir.model.data"].search(domain)]


def _methods(env):
    """Yield each method that the suite defines and that can be called from outside."""
    for name in sorted(env.registry):
        cls, home = type(env[name]), _is_made_here(env[name]) and _home(env[name])
        found = {
            method: part for part in reversed(cls.mro()) if _module(part) for method in vars(part)
        }
        for method, part in sorted(found.items()):
            if method in VERBS or method.startswith("_") or not callable(getattr(cls, method)):
                continue
            if any(getattr(getattr(up, method, None), "_api_private", False) for up in cls.mro()):
                continue
            on_model = bool(getattr(getattr(cls, method), "_api_model", False))
            if cls._abstract and not on_model:
                continue  # there is no record of it; models that inherit it have rows of their own
            yield {
                "model": name,
                "method": method,
                "module": home or _module(part),
                "on_model": on_model,
                "needs": _needs(getattr(cls, method)),
            }


def _needs(method):
    """Return the names of the arguments that a call has to give."""
    given = list(inspect.signature(method).parameters.values())[1:]
    return [one.name for one in given if one.default is one.empty and one.kind < one.VAR_POSITIONAL]


def _routes(env):
    """Yield each route that a controller of the suite answers, or has a say in."""
    installed = sorted(env["ir.module.module"]._installed())
    for url, endpoint in http._generate_routing_rules(installed, nodb_only=False):
        owner, name = type(endpoint.func.__self__), endpoint.func.__name__
        own = sorted({_module(cls) for cls in owner.mro() if name in vars(cls) and _module(cls)})
        if own:
            routing = endpoint.routing
            yield {
                "url": url,
                "name": name,
                "module": own[0],
                "auth": routing["auth"],
                "type": routing["type"],
                "methods": routing.get("methods") or ["GET", "POST"],
                "csrf": routing.get("csrf", routing["type"] == "http"),
            }


def _reports(env):
    for report in _own_data(env, "ir.actions.report"):
        module = report.get_external_id()[report.id].split(".")[0]
        yield {"report": report.report_name, "model": report.model, "module": module}


def _files(env):
    """Yield each field of the suite that holds a file or leads to one."""
    for name in sorted(env.registry):
        for field in env[name]._fields.values() if not env[name]._abstract else ():
            own = [module for module in field._modules if module in ADDONS]
            if field.name.endswith("_domain"):
                continue  # for want of a better kind of field, a domain is told to the page by one
            own = own or ([_home(env[name])] if _is_made_here(env[name]) else [])
            if own and (field.type in {"binary", "image"} or field.comodel_name == "ir.attachment"):
                yield {"model": name, "field": field.name, "kind": field.type, "module": own[0]}
