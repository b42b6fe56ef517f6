from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import format_date

from ..const import LABEL_PAPERS, MAX_LABELS
from ..report import label_pages
from ..rules import labels, zpl


class ConsignmentLabelPrint(models.TransientModel):
    """Prints labels of articles, on sheets, on rolls, or as a file for a thermal printer."""

    _name = "consignment.label.print"
    _description = "Print labels"

    article_ids = fields.Many2many(
        comodel_name="consignment.article",
        required=True,
        default=lambda self: self._default_article_ids(),
        help="Accepted articles; others have no barcode yet.",
    )
    kind = fields.Selection(
        selection=[("pdf", "PDF"), ("zpl", "ZPL, for thermal printers")],
        string="File",
        required=True,
        default="pdf",
    )
    paper = fields.Selection(
        selection=LABEL_PAPERS,
        string="Labels",
        required=True,
        default=lambda self: self._default_paper(),
        help="Print PDF files at 100 %, without fitting them to the page.",
    )
    resolution = fields.Selection(
        selection=[("203", "203 dpi"), ("300", "300 dpi")],
        required=True,
        default="203",
        help="Of the thermal printer; it stands on its back.",
    )
    start = fields.Integer(
        string="First label",
        default=1,
        help="Where to begin on a sheet of which labels were used: 1 is at the top left, and "
        "counting goes along the lines.",
    )
    with_qr = fields.Boolean(
        string="QR code",
        default=True,
        help="Scanned by the consignor, it shows how long the article stays and what a sale brings.",
    )
    is_roll = fields.Boolean(compute="_compute_is_roll")
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _default_article_ids(self):
        context = self.env.context
        if context.get("active_model") == "consignment.article":
            return self.env["consignment.article"].browse(context.get("active_ids"))
        return self.env["consignment.article"]

    @api.model
    def _default_paper(self):
        return self._default_article_ids()[:1].shop_id.label_paper or "a4_24"

    @api.depends("paper", "kind")
    def _compute_is_roll(self):
        for wizard in self:
            wizard.is_roll = wizard.kind == "zpl" or labels.PAPERS[wizard.paper or "a4_24"].is_roll

    @api.depends("article_ids", "paper", "start", "is_roll")
    def _compute_summary(self):
        for wizard in self:
            count = len(wizard.article_ids)
            if wizard.is_roll:
                wizard.summary = self.env._("Labels: %s", count)
                continue
            paper = labels.PAPERS[wizard.paper or "a4_24"]
            wizard.summary = self.env._(
                "Labels: %(labels)s, sheets: %(sheets)s",
                labels=count,
                sheets=labels.pages(paper, count, max(1, wizard.start)),
            )

    def action_print(self):
        """Return the file with the labels.

        :raise UserError: there is nothing to print, or no such place on a sheet
        """
        self.ensure_one()
        self._check_choice()
        if self.kind == "zpl":
            return {
                "type": "ir.actions.act_url",
                "url": f"/consignment_portal/labels/{self.id}",
                "target": "download",
            }
        report = self.env.ref("consignment_portal.label_report_action")
        # No question about the layout of documents first: labels have none.
        return {**report.report_action(self, config=False), "close_on_report_download": True}

    def _check_choice(self):
        articles = self.article_ids
        if not articles:
            raise UserError(self.env._("Choose articles to print labels for."))
        if len(articles) > MAX_LABELS:
            raise UserError(self.env._("Print %s labels at most in one go.", MAX_LABELS))
        if missing := articles.filtered(lambda article: not article.barcode):
            raise UserError(
                self.env._("“%s” has no barcode yet: accept it first.", missing[0].name)
            )
        places = labels.PAPERS[self.paper].places
        if not self.is_roll and not 1 <= self.start <= places:
            raise UserError(self.env._("The first label is between 1 and %s.", places))

    def _draw_labels(self):
        """Return the PDF file."""
        self.ensure_one()
        self._check_choice()
        paper = labels.PAPERS[self.paper]
        start = 1 if paper.is_roll else self.start
        return label_pages.draw(self._get_faces(), paper, start)

    def _write_zpl(self):
        """Return the file for a thermal printer, as text."""
        self.ensure_one()
        self._check_choice()
        paper = labels.PAPERS[self.paper]
        return "".join(
            zpl.label(face, paper.width, paper.height, self.resolution)
            for face in self._get_faces()
        )

    def _get_faces(self):
        """Return what stands on each label, in the order in which articles came in."""
        with_qr = self.with_qr and label_pages.has_room_for_qr(labels.PAPERS[self.paper])
        return [self._get_face(article, with_qr) for article in self.article_ids.sorted("id")]

    def _get_face(self, article, with_qr):
        consignor, until = article.consignor_id, format_date(self.env, article.return_date)
        return label_pages.Face(
            title=article.name,
            detail=article.size_brand or "",
            price=formatLang(self.env, article.price, currency_obj=article.currency_id),
            note=f"{article.shop_id.number} · {consignor.number} · {until}",
            barcode=article.barcode,
            url=article._get_portal_url() if with_qr else "",
        )
