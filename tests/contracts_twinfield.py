"""Twinfield's published descriptions and example messages, and requests held against them.

They are no part of this project: their folder is named by ``CONTRACTS_DIR``, and lies beside the
project otherwise. Where it is missing, tests that need it are skipped, saying so.
"""

import copy
import functools
import os
import re
import tempfile
import unittest
from pathlib import Path

from lxml import etree

PROJECT = Path(__file__).resolve().parents[1]
NAMESPACE = "{http://www.twinfield.com/}"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
WSDL_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
#: Which examples show what a document may hold.
SAMPLES = {
    "transactions": ("salesTransactionSendRequest.xml",),
    "dimensions": ("customerSendRequest.xml", "customerGetResponse.xml"),
}
#: What Twinfield's text describes and the examples leave out.
DESCRIBED = {
    "transactions/transaction/@autobalancevat",
    "transactions/transaction/header/duedate",
    "transactions/transaction/header/freetext1",
    "transactions/transaction/header/freetext2",
    "transactions/transaction/lines/line/vatvalue",
}
#: Queries, of which there are no examples: what their text describes.
QUERIES = {
    "read": {"read/type", "read/office", "read/dimtype", "read/code", "read/number"},
    "list": {"list/type", "list/office", "list/dimtype"},
    "columns": {"columns/@code", "columns/column"}
    | {
        f"columns/column/{name}"
        for name in ("field", "label", "visible", "ask", "operator", "from", "to")
    },
}
FORMATS = {
    "date": r"\d{8}",
    "duedate": r"\d{8}",
    "value": r"\d+(\.\d{2})?",
    "vatvalue": r"\d+(\.\d{2})?",
    "currency": r"[A-Z]{3}",
    "debitcredit": r"debit|credit",
}


def get_folder():
    """Return the folder of Twinfield's contract.

    :raise unittest.SkipTest: it is not there; says what to do about it
    """
    given = os.environ.get("CONTRACTS_DIR") or PROJECT.parent / "shared" / "contracts"
    folder = Path(given) / "twinfield"
    if not folder.is_dir():
        raise unittest.SkipTest(
            f"{folder} is no folder: set CONTRACTS_DIR to that of the providers' contracts."
        )
    return folder


@functools.cache
def load():
    """Return the :class:`Contract`."""
    return Contract(get_folder())


class Contract:
    """Twinfield's description of ProcessXmlString, and its examples.

    :param folder: of the description and the examples
    """

    def __init__(self, folder):
        self.description = etree.parse(str(folder / "processxml.wsdl")).getroot()
        self.schema = _read_schema(self.description)
        self.allowed = dict(QUERIES)
        for tag, names in SAMPLES.items():
            paths = {
                path
                for name in names
                for path in _list_paths(etree.parse(str(folder / "samples" / name)).getroot())
            }
            # an answer shows one record where a request holds several
            single = {f"{tag}/{path}" for path in paths if not path.startswith(tag)}
            self.allowed[tag] = (
                paths | single | {path for path in DESCRIBED if path.startswith(tag)}
            )

    @property
    def action(self):
        """Return the action of the operation, as its description has it."""
        path = f"{WSDL}binding[@name='ProcessXmlSoap']/{WSDL}operation[@name='ProcessXmlString']"
        return self.description.find(f"{path}/{WSDL_SOAP}operation").get("soapAction")

    def find_problems(self, entry):
        """Yield what is wrong with a request, a sentence each.

        :param entry: of a stand-in's log: method, path, headers, body
        """
        if not entry["path"].endswith("/processxml.asmx"):
            return
        headers = {name.lower(): value for name, value in entry["headers"].items()}
        if headers.get("soapaction", "").strip('"') != self.action:
            yield f"SOAPAction is {headers.get('soapaction')}"
        envelope = etree.fromstring(entry["body"].encode())
        if envelope.tag != f"{SOAP}Envelope":
            yield f"{envelope.tag} is no envelope"
            return
        for part in [*envelope.find(f"{SOAP}Header"), *envelope.find(f"{SOAP}Body")]:
            if not self.schema.validate(part):
                yield f"{etree.QName(part).localname}: {self.schema.error_log.last_error.message}"
        inner = envelope.findtext(f"{SOAP}Body/{NAMESPACE}ProcessXmlString/{NAMESPACE}xmlRequest")
        yield from self._check_document(etree.fromstring(inner))

    def _check_document(self, document):
        allowed = self.allowed.get(document.tag)
        if allowed is None:
            yield f"no document {document.tag}"
            return
        for path in sorted(_list_paths(document) - allowed - {document.tag}):
            yield f"no {path}"
        for element in document.iter():
            pattern = FORMATS.get(element.tag)
            if pattern and not re.fullmatch(pattern, element.text or ""):
                yield f"{element.tag} is {element.text}"


def _list_paths(element, before=""):
    """Return the paths of all elements and attributes."""
    here = f"{before}{element.tag}"
    found = {here} | {f"{here}/@{name}" for name in element.attrib}
    for child in element:
        found |= _list_paths(child, f"{here}/")
    return found


def _read_schema(description):
    """Return the description's schema, its import made a file that libxml2 can find."""
    # a copy of the whole: a part alone would lose the prefixes that its types are named with
    schemas = copy.deepcopy(description).iter(f"{XSD}schema")
    with tempfile.TemporaryDirectory() as folder:
        for number, schema in enumerate(schemas):
            for imported in schema.iterfind(f"{XSD}import"):
                imported.set("schemaLocation", "1.xsd")
            Path(folder, f"{number}.xsd").write_bytes(etree.tostring(schema))
        return etree.XMLSchema(etree.parse(str(Path(folder, "0.xsd"))))
