"""The life of the modules: they go without a trace, leave Odoo working, and come back as they were."""

import re

import pytest
from browser import Browser
from life import OWN_WAYS, SETTINGS, apps, assert_same, copy, footprint, footprint_of
from rpc import JsonRpc, Refusal

from suite import database, modules, odoo, odoo_log, postgres, templates

DATABASE, LOOK = "suite_life", "suite_life_look"

#: What stays by intent, or is Odoo's own way.
STAYS = (
    *SETTINGS,
    *OWN_WAYS,
    # core makes one for each company, without saying which: those of the demo
    r"sequence more: Group Payments Number Sequence$",
    # of the till that these tests open
    r"sequence more: .*#\d+( pos\.order)?",
    # demo data that documents in the books name
    r"external id more: \w+\.\w+ (res\.(partner|company|users)|product\.\w+|account\.move|sale\.order)$",
)
#: Core tries to delete what documents name, loads demo data again onto what was kept, and says so.
KEPT = re.compile(r"bad query: b'DELETE FROM|Module \w+ demo data failed to install")


@pytest.fixture(scope="module")
def ground(settings):
    """PostgreSQL and the configuration that Odoo's commands use."""
    postgres.ensure_running(settings)
    odoo.render_configuration(settings)
    yield settings
    database.drop(settings, DATABASE)


class Odoo:
    """A person with all rights, who uses what belongs to Odoo itself."""

    def __init__(self, server):
        self.server = server
        self.call = JsonRpc(server, "admin")

    def remove(self, names, *, all_the_same=False):
        """Uninstall modules in the dialogue; return what it said would be lost."""
        modules_ids = self.call("ir.module.module", "search", [["name", "in", list(names)]])
        wizard = self.call(
            "base.module.uninstall", "create", [{"module_ids": [[6, 0, modules_ids]]}]
        )
        (losses,) = self.call("base.module.uninstall", "read", wizard, ["removal_losses"])
        # What the button of the dialogue sends along once it is ticked.
        context = {"office_kit_remove_all_the_same": all_the_same}
        self.call("base.module.uninstall", "action_uninstall", wizard, context=context)
        return losses["removal_losses"]

    def bring_back(self, names):
        """Install modules."""
        modules_ids = self.call("ir.module.module", "search", [["name", "in", list(names)]])
        self.call("ir.module.module", "button_immediate_install", modules_ids)

    def sell(self):
        """Confirm an order, invoice it, post and register a payment; return the invoice's state."""
        product = self.call("product.product", "create", [{"name": "Mug", "list_price": 10}])[0]
        partner = self.call("res.partner", "create", [{"name": "Passer-by"}])[0]
        lines = [[0, 0, {"product_id": product, "product_uom_qty": 2}]]
        order = self.call("sale.order", "create", [{"partner_id": partner, "order_line": lines}])
        self.call("sale.order", "action_confirm", order)
        line = self.call("sale.order.line", "search", [["order_id", "in", order]])
        self.call("sale.order.line", "write", line, {"qty_delivered": 2})
        context = {"active_model": "sale.order", "active_ids": order}
        wizard = self.call("sale.advance.payment.inv", "create", [{}], context=context)
        self.call("sale.advance.payment.inv", "create_invoices", wizard, context=context)
        (invoice,) = self.call("sale.order", "read", order, ["invoice_ids"])
        self.call("account.move", "action_post", invoice["invoice_ids"])
        context = {"active_model": "account.move", "active_ids": invoice["invoice_ids"]}
        wizard = self.call("account.payment.register", "create", [{}], context=context)
        self.call("account.payment.register", "action_create_payments", wizard, context=context)
        return self.call("account.move", "read", invoice["invoice_ids"], ["payment_state"])[0][
            "payment_state"
        ]

    def open_till(self):
        """Open and close a session of a new till; return its state."""
        till = self.call("pos.config", "create", [{"name": "Spare till"}])
        self.call("pos.config", "open_ui", till)
        (session,) = self.call("pos.session", "search", [["config_id", "in", till]])
        self.call("pos.session", "set_opening_control", [session], 0, "")
        self.call("pos.session", "load_data", [session], [])
        self.call("pos.session", "close_session_from_ui", [session])
        return self.call("pos.session", "read", [session], ["state"])[0]["state"]


#: Portal pages of Odoo itself.
PAGES = ("/my", "/my/orders", "/my/invoices", "/my/account", "/my/security")
#: Ids of demo data: what a module that comes back has again is all the rest.
DATA = r"external id \w+: \S+ (?!ir\.|res\.groups|mail\.template|queue\.|report\.)"


def test_apps_that_hold_what_people_own_say_so_go_on_request_leave_nothing_and_come_back(ground):
    """One story, because each part needs the one before; the modules come with the demo's data."""
    full, core = templates.complete(ground), templates.core(ground, with_demo=True)
    copy(ground, full, DATABASE)
    server = odoo.OdooServer(ground, DATABASE, workers=2, name="life")
    server.logins = {"admin": "admin", "portal": "portal"}
    with server:
        server.log_file.write_text("", encoding="utf-8")
        admin = Odoo(server)
        with pytest.raises(Refusal, match="would be lost") as refusal:
            admin.remove(apps(ground))
        for words in ("credit that customers own", "belong to consignors", "already"):
            assert words in str(refusal.value)

        admin.remove(apps(ground), all_the_same=True)
        assert_same(footprint_of(ground, core, LOOK), footprint(ground, DATABASE), STAYS)
        assert_odoo_works(server)

        admin.bring_back(apps(ground))
        again = footprint(ground, DATABASE)
        assert_same(footprint_of(ground, full, LOOK), again, (*STAYS, DATA))
        assert_odoo_works(server)
    assert_log_is_clean(ground, server)


def assert_odoo_works(server):
    """Sell, collect and show: what Odoo does without the suite."""
    admin = Odoo(server)
    assert admin.sell() in ("paid", "in_payment")
    assert admin.open_till() == "closed"
    customer = Browser(server, "portal")
    assert {page: customer.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)


def assert_log_is_clean(settings, server):
    """Nothing but what core says of documents that it keeps."""
    text = server.log_file.read_text(encoding="utf-8", errors="replace")
    found = [one.text for one in odoo_log.problems(text, modules.scan(settings))]
    assert [one for one in found if not KEPT.match(one)] == []
