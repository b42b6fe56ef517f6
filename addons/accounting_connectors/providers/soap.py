"""SOAP through the gate: zeep writes and reads envelopes, the gate alone sends them."""

import functools
import types

import requests
from lxml import etree
from zeep import Client, Settings, Transport
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault
from zeep.wsdl import Document

from ..exceptions import Ambiguous, Unavailable

#: Neither entities nor documents from elsewhere: what a provider sends is data.
PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False}
SETTINGS = Settings(forbid_dtd=True)
#: The fault of an envelope that was understood and refused; any other may have done something.
REFUSED_FAULT = "Client"


class GateTransport(Transport):
    """Hands zeep's envelopes to the gate, so that limits, masks and time-outs hold.

    :param gate: the backend's :class:`gate.Gate`
    :param authorise: called with an envelope (lxml) and the tokens before each sending
    """

    def __init__(self, gate, authorise):
        super().__init__()
        self._gate, self._authorise = gate, authorise
        #: options of the next request: ``writes``, ``cost``
        self.options = {}

    def post_xml(self, address, envelope, headers):
        """Override: through the gate; its exceptions pass through zeep as they are."""

        def write(tokens):
            self._authorise(envelope, tokens)
            return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

        content = self._gate.exchange("POST", address, data=write, headers=headers, **self.options)
        return types.SimpleNamespace(
            status_code=requests.codes.ok,
            content=content,
            headers={"Content-Type": "text/xml; charset=utf-8"},
            encoding="utf-8",
        )

    def load(self, url):
        """Override: descriptions are files of ours; nothing is fetched."""
        raise ValueError(url)


class SoapService:
    """One service of a provider.

    :param path: of the WSDL, a file of ours
    :param binding: its qualified name, ``{namespace}name``
    :param transport: a :class:`GateTransport`
    """

    def __init__(self, path, binding, transport):
        self._transport, self._binding = transport, binding
        self._client = Client(_read_description(path), transport=transport, settings=SETTINGS)

    def call(self, address, operation, *, header, writes, cost, **values):
        """Call an operation and return what its answer holds.

        :param address: of the service
        :param header: a dict for the ``Header`` element of the binding's namespace
        :param writes, cost: as for :meth:`gate.Gate.exchange`
        :raise ProviderError: as the gate does
        :raise Fault: for a fault that came as a success
        """
        namespace = self._binding.partition("}")[0] + "}"
        service = self._client.create_service(self._binding, address)
        self._transport.options = {"writes": writes, "cost": cost}
        try:
            return service[operation](
                _soapheaders=[self._client.get_element(f"{namespace}Header")(**header)], **values
            )
        except Fault:
            raise
        except ZeepError:
            kind = Ambiguous if writes else Unavailable
            raise kind("The answer is not what the provider documents.", "format") from None


@functools.lru_cache
def _read_description(path):
    # a file of ours, which names nothing elsewhere: this transport fetches nothing
    return Document(str(path), Transport(), settings=SETTINGS)


def parse(text):
    """Return the root element of a document, entities and network off.

    :raise ValueError: when it is none
    """
    try:
        return etree.fromstring(text.encode(), etree.XMLParser(**PARSER_OPTIONS))
    except etree.XMLSyntaxError:
        raise ValueError(text[:80]) from None


def read_fault(text):
    """Return (code, message) of a fault in an answer's text, ``("", "")`` when there is none.

    >>> read_fault("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>"
    ...            "<faultcode>e:Client</faultcode><faultstring>No.</faultstring>"
    ...            "</e:Fault></e:Body></e:Envelope>")
    ('Client', 'No.')
    >>> read_fault("<html>"), read_fault("<html/>")
    (('', ''), ('', ''))
    """
    try:
        root = parse(text)
    except ValueError:
        return "", ""
    return (
        (root.findtext(".//faultcode") or "").rpartition(":")[2],
        root.findtext(".//faultstring") or "",
    )


def build(tag, values):
    """Return an element from plain values: ``@name`` are attributes, lists repeat their tag.

    >>> etree.tostring(build("a", {"@n": "1", "b": ["x", {"c": "<&"}], "d": ""})).decode()
    '<a n="1"><b>x</b><b><c>&lt;&amp;</c></b><d/></a>'
    """
    element = etree.Element(tag)
    if not isinstance(values, dict):
        element.text = _printable(str(values)) or None
        return element
    for name, value in values.items():
        if name.startswith("@"):
            element.set(name[1:], value)
            continue
        for one in value if isinstance(value, list) else [value]:
            element.append(build(name, one))
    return element


def _printable(text):
    """Leave out what XML cannot hold."""
    return "".join(one for one in text if one >= " " or one in "\t\n\r")
