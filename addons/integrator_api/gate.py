"""Where Odoo looks a public method up for a call from outside, integrators are held to the facade.

XML-RPC, JSON-RPC and the web client's calls all go through ``odoo.service.model.call_kw``, which asks
``get_public_method``; JSON-2 asks the same function. No model has a say there, and the controllers
cannot hold the gate: where the server has several databases they are chosen before one is known.
So this function is replaced, once, by one that asks the user first. In a database without this
module it does what it did.
"""

import functools

from odoo.service import model as service

from odoo.addons.rpc.controllers import json2


def _ask_user_first(get_public_method):
    @functools.wraps(get_public_method)
    def get_permitted_method(model, name):
        # of databases on this server, some may not have the module
        if hasattr(model.env.registry["res.users"], "_check_remote_call"):
            model.env.user._check_remote_call(model, name)
        return get_public_method(model, name)

    return get_permitted_method


# Both names, because JSON-2 has imported the function already.
service.get_public_method = json2.get_public_method = _ask_user_first(service.get_public_method)
