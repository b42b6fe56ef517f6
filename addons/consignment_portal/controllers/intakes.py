from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal_guard.pages import PAGE, RECORD, make_pager, require

from ..const import LIST_SIZE
from ..exceptions import AnswerRefused, ConsignmentError
from .pages import consignor_action, consignor_page, find_consignor, render, tell

INTAKES = "/consign/<string:number>/intakes"
SUBMIT = "/consign/<string:number>/submit"
RECEIPT = "consignment_portal.action_report_intake"


class ConsignIntakes(http.Controller):
    """Submitting what was entered, answering proposals, fetching receipts."""

    @http.route(
        SUBMIT,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_submit(self, consignor, **_kwargs):
        """Show the terms and a summary, to be signed."""
        intake = consignor._find_entry_intake()
        if not intake.article_ids:
            tell("warning", request.env._("Enter an article first."))
            return request.redirect(f"/consign/{consignor.shop_id.number}/enter")
        return render(
            "consignment_portal.submit",
            consignor.shop_id,
            consignor=consignor,
            intake=intake,
            digest=intake._get_terms_digest(),
            total=sum(intake.article_ids.mapped("price")),
            payout=sum(intake.article_ids.mapped("payout")),
        )

    @http.route(SUBMIT, type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    @consignor_page
    @consignor_action(back="submit")
    def consign_submit_typed(self, consignor, digest="", name="", accept="", **_kwargs):
        """Submit with a typed name, as a browser without script does."""
        if not accept:
            raise AnswerRefused(request.env._("Tick that you accept the terms."))
        return request.redirect(self._submit(consignor, digest, name))

    @http.route(f"{SUBMIT}/sign/<string:digest>", type="jsonrpc", auth="public", website=True)
    def consign_submit_signed(self, number, digest, name="", signature="", **_kwargs):
        """Submit with a drawn signature; answers what Odoo's signature form understands."""
        consignor = find_consignor(number)
        if not consignor:
            return {"error": request.env._("You were logged out meanwhile. Load the page again.")}
        try:
            # A refusal half way through must leave nothing behind.
            with request.env.cr.savepoint():
                if not signature:
                    raise AnswerRefused(request.env._("Draw or type your signature."))
                # Whatever the script sends: a name is a text.
                name = name if isinstance(name, str) else ""
                address = self._submit(consignor, digest, name, signature)
        except ConsignmentError as error:
            tell("danger", str(error))
            address = f"/consign/{number}/submit"
        return {"force_refresh": True, "redirect_url": address}

    def _submit(self, consignor, digest, name, signature=""):
        intake = consignor._find_entry_intake()
        if not intake:
            raise AnswerRefused(request.env._("This intake was submitted already."))
        intake._sign_and_submit(digest, name, signature)
        tell(
            "success",
            request.env._("Thank you. We got your intake %s, and will look at it.", intake.name),
        )
        return f"/consign/{consignor.shop_id.number}/intakes"

    @http.route(
        [INTAKES, f"{INTAKES}/page/{PAGE}"],
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_intakes(self, consignor, page=1, **_kwargs):
        """Show prices to agree to, and all intakes with their receipts."""
        count = consignor._count_intakes()
        address = f"/consign/{consignor.shop_id.number}/intakes"
        pager = make_pager(address, count, page, LIST_SIZE)
        proposed = consignor._get_proposed()
        return render(
            "consignment_portal.intakes",
            consignor.shop_id,
            consignor=consignor,
            intakes=consignor._list_intakes(pager["page"]["num"]),
            proposed=proposed,
            pictured=consignor._get_pictured(proposed),
            pager=pager,
        )

    @http.route(
        f"{INTAKES}/answer",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @consignor_page
    @consignor_action(back="intakes")
    def consign_answer(self, consignor, article_id="", price="", answer="", **_kwargs):
        """Agree to a proposed price, or not."""
        consignor._answer_proposal(article_id, price, agree=answer == "agree")
        tell("success", request.env._("Thank you, we noted your answer."))
        return request.redirect(f"/consign/{consignor.shop_id.number}/intakes")

    @http.route(
        f"{INTAKES}/{RECORD % 'intake_id'}/receipt",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    @consignor_page
    def consign_receipt(self, consignor, intake_id, **_kwargs):
        """Download the receipt of an intake that was handed over."""
        intake = require(consignor._find_intake(intake_id))
        # Superuser: consignors have no right on reports; this one prints their own intake.
        reports = request.env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_pdf(RECEIPT, intake.ids)
        name = request.env._("receipt-%s.pdf", intake.name)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "private, no-store"),
            ],
        )
