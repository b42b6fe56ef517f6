from lxml import etree

from odoo.tests import BaseCase, tagged

from ..providers import soap
from ..providers.twinfield import DESCRIPTION, NAMESPACE, Twinfield, _authorise
from . import standin

ACTION = '"http://www.twinfield.com/ProcessXmlString"'
TRANSACTION = (
    '<transactions><transaction destiny="final"><header><code>VRK</code><date>20261120</date>'
    '</header><lines><line type="total" id="1"><value>12.10</value></line></lines>'
    "</transaction></transactions>"
)


class GateOfPaper:
    """Keeps what would be sent."""

    def __init__(self):
        self.entry = None

    def exchange(self, method, url, *, data, headers, **_options):
        """Keep a request as a stand-in's log has it, and answer nothing much."""
        body = data({"access_token": "t"}).decode()
        self.entry = {
            "method": method,
            "path": "/processxml.asmx",
            "headers": headers,
            "body": body,
        }
        return (
            b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            b'<ProcessXmlStringResponse xmlns="http://www.twinfield.com/"/></e:Body></e:Envelope>'
        )


@tagged("post_install", "-at_install")
class TestTwinfieldContract(BaseCase):
    def setUp(self):
        super().setUp()
        self.contract = standin.load_contract("twinfield")

    def _send(self, document):
        """Return the request that would carry a document."""
        gate = GateOfPaper()
        transport = soap.GateTransport(gate, _authorise)
        service = soap.SoapService(DESCRIPTION, f"{NAMESPACE}ProcessXmlSoap", transport)
        header = {"AccessToken": "", "CompanyCode": "NL1", "CompanyId": None}
        service.call("https://x.example", "ProcessXmlString", header=header, writes=False, cost=1,
                     xmlRequest=document)  # fmt: skip
        return gate.entry

    def _find(self, entry):
        return " ".join(self.contract.find_problems(entry))

    def test_an_envelope_of_zeep_is_what_the_published_description_wants(self):
        entry = self._send(TRANSACTION)
        self.assertEqual(entry["headers"]["SOAPAction"], ACTION)
        self.assertEqual(self._find(entry), "")

    def test_our_description_is_a_part_of_the_published_one(self):
        ours = etree.parse(str(DESCRIPTION)).getroot()
        theirs = self.contract.description
        xsd, wsdl = "{http://www.w3.org/2001/XMLSchema}", "{http://schemas.xmlsoap.org/wsdl/}"
        self.assertEqual(ours.get("targetNamespace"), theirs.get("targetNamespace"))
        for name in ("ProcessXmlString", "ProcessXmlStringResponse"):
            path = f".//{xsd}element[@name='{name}']//{xsd}element"
            self.assertEqual(ours.find(path).get("name"), theirs.find(path).get("name"))
        header = [one.get("name") for one in theirs.find(f".//{xsd}complexType[@name='Header']/*")]
        sent = ours.findall(f".//{xsd}element[@name='Header']//{xsd}element")
        names = [one.get("name") for one in sent]
        self.assertEqual(names, [name for name in header if name in names])
        self.assertIn(
            "ProcessXmlString", [one.get("name") for one in theirs.iter(f"{wsdl}operation")]
        )

    def test_what_twinfield_would_not_understand_is_found(self):
        entry = self._send(TRANSACTION)
        for old, new, problem in (
            ("CompanyCode", "Companycode", "Companycode"),
            ("AccessToken", "Token", "Token"),
            ("xmlRequest", "request", "request"),
            ("20261120", "2026-11-20", "date is 2026-11-20"),
            ("12.10", "12,10", "value is 12,10"),
            ("destiny", "destination", "@destination"),
            ("lines", "rows", "transaction/rows"),
        ):
            with self.subTest(new):
                self.assertIn(old, entry["body"])
                changed = entry | {"body": entry["body"].replace(old, new)}
                try:
                    self.assertIn(problem, self._find(changed))
                except (TypeError, ValueError):
                    self.assertEqual(old, "xmlRequest", "only then is there no document to read")
        self.assertIn("SOAPAction", self._find(entry | {"headers": {}}))
        self.assertIn("no document salesinvoice", self._find(self._send("<salesinvoice/>")))

    def test_every_limit_is_the_published_one(self):
        self.assertEqual((Twinfield.limit.calls, Twinfield.limit.seconds >= 60), (1000, True))
        self.assertLess(Twinfield.max_rows, 1000)
