"""What the stand-in for Twinfield keeps: customers, suppliers, sales transactions, bank lines."""

import copy
import itertools
import re
import time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

CENT = Decimal("0.01")
#: What a rounding of VAT may leave over (``autobalancevat``).
TOLERANCE = Decimal("0.02")
DAYBOOKS, BANK = ("VRK", "SLS"), "BNK"
CURRENCIES = ("EUR", "USD", "GBP", "SEK", "NOK")
VAT = {"VH": Decimal(21), "VL": Decimal(9), "VN": Decimal(0), "ICL": Decimal(0)}
DEBTORS = "1300"
#: Dates before it lie in closed periods.
OPEN_FROM = "20250101"
MAX_LINES, MAX_TEXT = 1000, 40
HEADER = {
    "code", "currency", "date", "duedate", "period", "invoicenumber", "paymentreference", "office",
    "freetext1", "freetext2", "freetext3",
}  # fmt: skip
LINE = {"dim1", "dim2", "debitcredit", "value", "description", "vatcode", "vatvalue"}
CUSTOMER = {"office", "type", "code", "name", "financials", "addresses"}
ADDRESS = {
    "name", "country", "city", "postcode", "telephone", "email", "contact", "field1", "field2",
    "field3", "field4", "field5", "field6",
}  # fmt: skip


class Wrong(Exception):
    """A business error, on a node of the request."""

    def __init__(self, node, message):
        super().__init__(message)
        self.node, self.message = node, message


class Books:
    """The books of one company.

    :param office: its code
    """

    def __init__(self, office):
        self.office = office
        self.dimensions = {
            ("DEB", "1000"): _dimension("1000", "Bloemen & Zo B.V.", "12345678"),
            ("DEB", "1001"): _dimension("1001", "De Vries Techniek", "87654321"),
            ("DEB", "1002"): _dimension("1002", "Gesloten Zaak V.O.F.", "11112222")
            | {"status": "deleted"},
            ("CRD", "2000"): _dimension("2000", "Leverancier N.V.", "99990000"),
        }
        self.transactions, self.bank, self.numbers = {}, [], itertools.count(1)

    def process(self, request):
        """Return the answer to a document."""
        try:
            return getattr(self, f"_{request.tag}", self._unknown)(request)
        except Wrong as wrong:
            # as the real one: on the node that is wrong, under a root that tells nothing
            path = request.getroottree().getpath(wrong.node)
            refused = copy.deepcopy(request)
            (node,) = refused.getroottree().xpath(path)
            node.attrib.update({"result": "0", "msgtype": "error", "msg": wrong.message})
            if len(refused) and node is not refused:
                refused[0].set("result", "0")
            return refused

    def _unknown(self, request):
        raise Wrong(request, f"Onbekend verzoek {request.tag}.")

    # --- queries ---

    def _list(self, request):
        if request.findtext("type") == "offices":
            found = etree.Element("offices", result="1")
            office = etree.SubElement(found, "office", name="Proefbedrijf B.V.", shortname="")
            office.text = self.office
            return found
        kind = request.findtext("dimtype")
        found = etree.Element("dimensions", office=self.office, type=kind or "", result="1")
        for (one, code), values in self.dimensions.items():
            if one == kind:
                etree.SubElement(found, "dimension", name=values["name"], shortname="").text = code
        etree.SubElement(found, "dimension", name="", shortname="").text = kind
        return found

    def _read(self, request):
        kind = request.findtext("type")
        if request.findtext("office") != self.office:
            raise Wrong(request.find("office"), "De administratie bestaat niet.")
        if kind == "dimensions":
            wanted = request.findtext("dimtype"), request.findtext("code")
            if wanted in self.dimensions:
                return _show_dimension(wanted[0], self.dimensions[wanted])
            return _nothing("dimension", f"Dimensie {wanted[1]} van type {wanted[0]} bestaat niet.")
        number = f"{request.findtext('code')}/{request.findtext('number')}"
        if kind == "transaction" and number in self.transactions:
            return _show(self.transactions[number])
        return _nothing(kind, f"Boeking {number} bestaat niet.")

    def _columns(self, request):
        if request.get("code") != "100":
            raise Wrong(request, "De browsecode bestaat niet.")
        asked = {
            column.findtext("field"): (column.findtext("from") or "", column.findtext("to") or "")
            for column in request
            if column.findtext("operator") != "none"
        }
        shown = [column.findtext("field") for column in request]
        rows = [row for row in self._get_lines() if _matches(row, asked)]
        found = etree.Element("browse", result="1", first="1", last=str(len(rows)))
        for row in rows:
            _show_row(found, row, shown, self.office)
        return found

    def _get_lines(self):
        for one in self.transactions.values():
            sign = -1 if one["side"] == "credit" else 1
            yield {
                "fin.trs.head.code": one["code"],
                "fin.trs.head.number": one["number"],
                "fin.trs.head.date": one["header"]["date"],
                "fin.trs.head.curcode": one["header"]["currency"],
                "fin.trs.line.dim2": one["customer"],
                "fin.trs.line.invnumber": one["header"].get("invoicenumber", ""),
                "fin.trs.line.valuesigned": str(sign * one["total"]),
                "fin.trs.line.openvaluesigned": str(sign * one["open"]),
                "fin.trs.line.matchstatus": "available" if one["open"] else "matched",
                "fin.trs.line.modified": one["modified"],
            }
        yield from self.bank

    # --- changes ---

    def _dimensions(self, request):
        found = etree.Element("dimensions", result="1")
        for one in request:
            found.append(self._keep_dimension(one))
        return found

    def _keep_dimension(self, sent):
        for node in [*sent, *sent.iterfind("addresses/address/*")]:
            allowed = ADDRESS if node.getparent().tag == "address" else CUSTOMER
            if node.tag not in allowed:
                raise Wrong(node, f"Onbekend element {node.tag}.")
        if sent.findtext("office") != self.office or sent.findtext("type") != "DEB":
            raise Wrong(sent, "Administratie of dimensietype ontbreekt.")
        if not (sent.findtext("name") or "").strip():
            raise Wrong(sent.find("name"), "De naam is verplicht.")
        code = sent.findtext("code")
        if code and ("DEB", code) not in self.dimensions:
            raise Wrong(sent.find("code"), f"Debiteur {code} bestaat niet.")
        code = code or str(1000 + sum(kind == "DEB" for kind, _code in self.dimensions))
        address = sent.find("addresses/address")
        fields = {} if address is None else {one.tag: one.text or "" for one in address}
        self.dimensions["DEB", code] = {
            "code": code,
            "name": sent.findtext("name"),
            "status": "active",
            "reference": sent.findtext("financials/relationsreference") or "",
            "address": fields,
        }
        return _show_dimension("DEB", self.dimensions["DEB", code])

    def _transactions(self, request):
        found = etree.Element("transactions", result="1")
        for one in request:
            found.append(self._keep_transaction(one))
        return found

    def _keep_transaction(self, sent):
        header = self._check_header(sent)
        lines = sent.findall("lines/line")
        if not 2 <= len(lines) <= MAX_LINES:
            raise Wrong(sent, "Het aantal regels is niet toegestaan.")
        totals = [line for line in lines if line.get("type") == "total"]
        details = [line for line in lines if line.get("type") == "detail"]
        if len(totals) != 1 or len(totals) + len(details) != len(lines):
            raise Wrong(sent, "Een boeking heeft precies één totaalregel.")
        (total,) = totals
        customer = self._check_total(total)
        amount = _amount(total, "value")
        booked = [_check_detail(line) for line in details]
        _check_balance(sent, total, amount, booked)
        number = f"{header['date'][:4]}{next(self.numbers):05}"
        kept = {
            "code": header["code"],
            "number": number,
            "header": header,
            "customer": customer,
            "side": total.findtext("debitcredit"),
            "total": amount,
            "open": amount,
            "rows": booked,
            "location": sent.get("destiny"),
            "modified": _now(),
        }
        self.transactions[f"{header['code']}/{number}"] = kept
        return _show(kept)

    def _check_header(self, sent):
        if sent.get("destiny") not in ("temporary", "final"):
            raise Wrong(sent, "De bestemming is ongeldig.")
        nodes = {node.tag: node for node in sent.find("header")}
        for name, node in nodes.items():
            if name not in HEADER:
                raise Wrong(node, f"Onbekend element {name}.")
            if len(node.text or "") > MAX_TEXT:
                raise Wrong(node, "De waarde is langer dan 40 tekens.")
        values = {name: node.text or "" for name, node in nodes.items()}
        if values.get("office") != self.office:
            raise Wrong(sent.find("header"), "De administratie ontbreekt.")
        if values.get("code") not in DAYBOOKS:
            raise Wrong(nodes["code"], f"Dagboek {values.get('code')} bestaat niet.")
        if values.get("currency") not in CURRENCIES:
            raise Wrong(nodes["currency"], "De valuta bestaat niet.")
        if not re.fullmatch(r"\d{8}", values.get("date", "")):
            raise Wrong(nodes["date"], "De datum is ongeldig.")
        if values["date"] < OPEN_FROM:
            period = f"{values['date'][:4]}/{values['date'][4:6]}"
            raise Wrong(nodes["date"], f"Tijdvak {period} is afgesloten.")
        return values

    def _check_total(self, line):
        _check_names(line)
        if line.findtext("dim1") != DEBTORS:
            raise Wrong(
                line.find("dim1"), f"Grootboekrekening {line.findtext('dim1')} is ongeldig."
            )
        code = line.findtext("dim2") or ""
        known = self.dimensions.get(("DEB", code))
        if not known:
            raise Wrong(line.find("dim2"), f"Debiteur {code} bestaat niet.")
        if known["status"] != "active":
            raise Wrong(line.find("dim2"), f"Debiteur {code} is verwijderd.")
        return code

    # --- what a person would do there ---

    def pay(self, number, amount, date):
        """Book a bank line that is matched with a transaction."""
        paid, amount = self.transactions[number], Decimal(str(amount))
        paid["open"] -= amount
        paid["modified"] = _now()
        self.bank.append(
            {
                "fin.trs.head.code": BANK,
                "fin.trs.head.number": f"{date.replace('-', '')[:4]}{len(self.bank) + 1:05}",
                "fin.trs.head.date": date.replace("-", ""),
                "fin.trs.head.curcode": paid["header"]["currency"],
                "fin.trs.line.dim2": paid["customer"],
                "fin.trs.line.invnumber": paid["header"].get("invoicenumber", ""),
                "fin.trs.line.valuesigned": str(-amount if paid["side"] == "debit" else amount),
                "fin.trs.line.openvaluesigned": "0.00",
                "fin.trs.line.matchstatus": "matched",
                "fin.trs.line.modified": _now(),
            }
        )
        return self.bank[-1]

    def change(self, number, values):
        """Change a transaction: ``customer``, ``total``."""
        if "total" in values:
            values = values | {"total": Decimal(str(values["total"]))}
        self.transactions[number] |= values | {"modified": _now()}
        return {}

    def snapshot(self):
        """Return what there is, amounts as text."""
        return {
            "invoices": [
                {**one, "key": one["header"].get("freetext1", "")}
                for one in self.transactions.values()
            ],
            "customers": [{**one, "type": kind} for (kind, _code), one in self.dimensions.items()],
        }


def _dimension(code, name, number):
    address = {"name": name, "country": "NL", "city": "Utrecht", "postcode": "3500 AA",
               "email": f"{code}@example.com", "field2": "Straat 1", "field5": number}  # fmt: skip
    return {"code": code, "name": name, "status": "active", "reference": "", "address": address}


def _show_dimension(kind, values):
    found = etree.Element("dimension", status=values["status"], result="1")
    for name, text in (("type", kind), ("name", values["name"]), ("code", values["code"])):
        etree.SubElement(found, name).text = text
    financials = etree.SubElement(found, "financials")
    etree.SubElement(financials, "relationsreference").text = values["reference"]
    addresses = etree.SubElement(found, "addresses")
    address = etree.SubElement(addresses, "address", id="1", type="invoice", default="true")
    for name, text in values["address"].items():
        etree.SubElement(address, name).text = text
    return found


def _nothing(tag, message):
    return etree.Element(tag, result="0", msgtype="error", msg=message)


def _show(kept):
    found = etree.Element("transaction", result="1", location=kept["location"])
    header = etree.SubElement(found, "header")
    values = kept["header"] | {"origin": "import", "number": kept["number"]}
    for name, text in values.items():
        etree.SubElement(header, name).text = text
    line = etree.SubElement(etree.SubElement(found, "lines"), "line", type="total", id="1")
    values = {
        "dim1": DEBTORS, "dim2": kept["customer"], "debitcredit": kept["side"], "value": kept["total"],
        "openvalue": kept["open"], "matchstatus": "available" if kept["open"] else "matched",
    }  # fmt: skip
    for name, value in values.items():
        # trailing blanks, as the real one sends them
        etree.SubElement(line, name).text = f"{value}\n" if name == "dim2" else str(value)
    for number, row in enumerate(kept["rows"], start=2):
        line = etree.SubElement(found.find("lines"), "line", type="detail", id=str(number))
        for name, value in row.items():
            etree.SubElement(line, name).text = str(value)
    return found


def _matches(row, asked):
    for field, (lowest, highest) in asked.items():
        value = row.get(field, "")
        # a number is found by its beginning: whoever asks has to compare
        if not (value.startswith(lowest) if not highest else lowest <= value <= highest):
            return False
    return True


def _show_row(found, row, shown, office):
    line = etree.SubElement(found, "tr")
    for field in shown:
        etree.SubElement(line, "td", field=field).text = row.get(field, "")
    key = etree.SubElement(line, "key")
    values = (office, row["fin.trs.head.code"], row["fin.trs.head.number"], "1")
    for name, text in zip(("office", "code", "number", "line"), values, strict=True):
        etree.SubElement(key, name).text = text


def _check_names(line):
    for node in line:
        if node.tag not in LINE:
            raise Wrong(node, f"Onbekend element {node.tag}.")
    if line.findtext("debitcredit") not in ("debit", "credit"):
        raise Wrong(line, "Debet of credit ontbreekt.")


def _amount(line, name):
    try:
        amount = Decimal(line.findtext(name) or "0")
    except InvalidOperation:
        raise Wrong(line.find(name), "Het bedrag is ongeldig.") from None
    if amount < 0 or amount != amount.quantize(CENT):
        raise Wrong(line.find(name), "Het bedrag is ongeldig.")
    return amount


def _check_detail(line):
    _check_names(line)
    if not re.fullmatch(r"8\d{3}", line.findtext("dim1") or ""):
        raise Wrong(line.find("dim1"), f"Grootboekrekening {line.findtext('dim1')} bestaat niet.")
    if len(line.findtext("description") or "") > MAX_TEXT:
        raise Wrong(line.find("description"), "De omschrijving is langer dan 40 tekens.")
    net, tax, code = _amount(line, "value"), _amount(line, "vatvalue"), line.findtext("vatcode")
    if code and code not in VAT:
        raise Wrong(line.find("vatcode"), f"Btw-code {code} bestaat niet.")
    expected = (net * VAT.get(code, Decimal(0)) / 100).quantize(CENT, ROUND_HALF_UP)
    if abs(tax - expected) > TOLERANCE:
        raise Wrong(line.find("vatvalue"), f"Het btw-bedrag is {tax}, verwacht was {expected}.")
    return {
        "dim1": line.findtext("dim1"),
        "debitcredit": line.findtext("debitcredit"),
        "value": net,
        "description": line.findtext("description") or "",
        "vatcode": code or "",
        "vatvalue": tax,
    }


def _check_balance(sent, total, amount, booked):
    side = total.findtext("debitcredit")
    other = sum(
        (row["value"] + row["vatvalue"]) * (-1 if row["debitcredit"] == side else 1)
        for row in booked
    )
    allowed = TOLERANCE if sent.get("autobalancevat") == "true" else 0
    if abs(amount - other) > allowed:
        raise Wrong(sent, f"De boeking is niet in balans: {amount} en {other}.")


def _now():
    return time.strftime("%Y%m%d%H%M%S", time.gmtime())
