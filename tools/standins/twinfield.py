"""A stand-in for Twinfield: OpenID tokens, a cluster, customers and sales transactions over SOAP.

One call at a time, 1,000 credits a minute, and errors that arrive as a success.
"""

import base64
import collections
import contextlib
import copy
import secrets
import time

from lxml import etree
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from standins import twinfield_books as books
from standins.server import StandIn, answer

CLIENT = ("standin-client", "standin-secret")
LOGIN = "/auth/authentication/connect"
NAMESPACE = "{http://www.twinfield.com/}"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
CREDITS, SECONDS = 1000, 60.0
QUERIES = ("read", "list", "columns")
OFFICE = "NLA000001"


class Twinfield(StandIn):
    """Twinfield's login, and ProcessXmlString of one cluster."""

    rules = (
        Rule(f"{LOGIN}/authorize", endpoint="consent", methods=["GET"]),
        Rule(f"{LOGIN}/token", endpoint="token", methods=["POST"]),
        Rule(f"{LOGIN}/accesstokenvalidation", endpoint="validate", methods=["GET"]),
        Rule("/cluster/webservices/processxml.asmx", endpoint="process", methods=["POST"]),
    )

    def __init__(self, log=None):
        super().__init__(log)
        self.codes, self.refresh, self.access = {}, set(), {}
        self.credits = collections.deque()
        self.busy = self.most_busy = 0
        self.books = books.Books(OFFICE)

    # --- tokens ---

    def is_login(self, request):
        """Override."""
        return request.path.startswith("/auth/")

    def consent(self, request):
        """The page where a person agrees: here it agrees at once."""
        asked = request.args
        scopes = set(asked.get("scope", "").split())
        if not asked.get("nonce") or asked.get("response_type") != "code":
            return answer(
                {"error": "invalid_request", "error_description": "nonce is required"}, 400
            )
        if not {"openid", "twf.organisation", "offline_access"} <= scopes:
            return answer({"error": "invalid_scope"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked["redirect_uri"]
        target = f"{asked['redirect_uri']}?code={code}&state={asked['state']}"
        return answer({}, 302, {"Location": target})

    def token(self, request):
        """Give tokens for a code or a refresh token, each used once."""
        sent, form = request.authorization, request.form
        if not sent or (sent.username, sent.password) != CLIENT:
            return answer({"error": "invalid_client"}, 400)
        if form.get("grant_type") == "authorization_code":
            known = self.codes.pop(form.get("code"), None) == form.get("redirect_uri")
        else:
            known = form.get("refresh_token") in self.refresh
            self.refresh.discard(form.get("refresh_token"))
        if not known:
            return answer({"error": "invalid_grant"}, 400)
        return answer(self._give_tokens())

    def _give_tokens(self):
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = time.time() + 3600
        self.refresh.add(refresh)
        return {
            "id_token": base64.b64encode(b"{}").decode(),
            "access_token": access,
            "expires_in": 3600,
            "token_type": "Bearer",
            "refresh_token": refresh,
        }

    def validate(self, request):
        """Tell where the books of a token's organisation are."""
        if self.access.get(request.args.get("token"), 0) < time.time():
            return answer({"Message": "invalid_token"}, 400)
        return answer(
            {
                "twf.organisationCode": "STANDIN",
                "twf.clusterUrl": f"{request.host_url.rstrip('/')}/cluster",
                "exp": str(int(time.time()) + 3600),
            }
        )

    def expire(self):
        """Override: access tokens only."""
        self.access.clear()

    def do_grant(self):
        """Somebody agreed elsewhere: tokens to begin with."""
        return self._give_tokens()

    # --- every call ---

    def _serve(self, request, environ):
        if self.is_login(request):
            return super()._serve(request, environ)
        with self._alone() as is_alone:
            return super()._serve(request, environ) if is_alone else self.too_many()

    @contextlib.contextmanager
    def _alone(self):
        with self.lock:
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
            is_alone = self.busy == 1
        try:
            yield is_alone
        finally:
            with self.lock:
                self.busy -= 1

    def too_many(self):
        """Override."""
        return Response("Too many requests", 429, {"Retry-After": "1"}, content_type="text/plain")

    def broken(self):
        """Override."""
        return fault("Server", "Er is een onbekende fout opgetreden.")

    def unknown(self):
        """Override."""
        return Response("<html><title>404</title></html>", 404, content_type="text/html")

    def process(self, request):
        """ProcessXmlString: an envelope around a document, answered alike."""
        try:
            token, office, inner = self._open(request)
        except (etree.XMLSyntaxError, ValueError) as error:
            return fault("Client", f"Server was unable to read request: {error}")
        if self.access.get(token, 0) < time.time():
            return fault("Client", "Access denied. The access token is invalid or expired.")
        if not self._pay(1 if inner.tag in QUERIES else 3):
            return self.too_many()
        is_offices = inner.tag == "list" and inner.findtext("type") == "offices"
        if office != OFFICE and not is_offices:
            return fault("Client", f"Toegang tot administratie {office} is niet toegestaan.")
        return result(self.books.process(inner))

    def _open(self, request):
        """Return token, company and the document of an envelope.

        :raise ValueError: with what is wrong
        """
        if not request.content_type.startswith("text/xml"):
            raise ValueError("content type")
        if request.headers.get("SOAPAction", "").strip('"') != f"{NAMESPACE[1:-1]}ProcessXmlString":
            raise ValueError("SOAPAction")
        envelope = parse(request.get_data())
        header = envelope.find(f"{{{SOAP}}}Header/{NAMESPACE}Header")
        text = envelope.findtext(
            f"{{{SOAP}}}Body/{NAMESPACE}ProcessXmlString/{NAMESPACE}xmlRequest"
        )
        if header is None or not text:
            raise ValueError("Header or ProcessXmlString is missing")
        names = [one.tag.removeprefix(NAMESPACE) for one in header]
        if names not in (["AccessToken", "CompanyCode", "CompanyId"], ["AccessToken", "CompanyId"]):
            raise ValueError(f"Header holds {names}")
        if header.find(f"{NAMESPACE}CompanyId").get(NIL) != "true":
            raise ValueError("CompanyId")
        company = header.findtext(f"{NAMESPACE}CompanyCode")
        return header.findtext(f"{NAMESPACE}AccessToken"), company, parse(text.encode())

    def _pay(self, cost):
        now = time.monotonic()
        while self.credits and self.credits[0] <= now - SECONDS:
            self.credits.popleft()
        if len(self.credits) + cost > CREDITS:
            return False
        self.credits.extend([now] * cost)
        return True

    # --- what a person would do there, for tests and demonstrations ---

    def do_pay(self, number, amount, date):
        """Somebody paid: an amount of a transaction (``VRK/202600001``), with its date."""
        return self.books.pay(number, amount, date)

    def do_change(self, number, values):
        """Somebody changed a transaction."""
        return self.books.change(number, values)

    def do_delete(self, number):
        """Somebody deleted a transaction."""
        del self.books.transactions[number]
        return {}

    def snapshot(self):
        """Override."""
        return {**copy.deepcopy(self.books.snapshot()), "most_busy": self.most_busy}


def parse(content):
    """Return a document's root; entities are refused."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def result(document):
    """Return a document in an envelope."""
    body = etree.Element(f"{NAMESPACE}ProcessXmlStringResponse", nsmap={None: NAMESPACE[1:-1]})
    text = etree.tostring(document, encoding="unicode")
    etree.SubElement(body, f"{NAMESPACE}ProcessXmlStringResult").text = text
    return _envelope(body, 200)


def fault(code, message):
    """Return a fault, with HTTP 500 as SOAP 1.1 says."""
    body = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    etree.SubElement(body, "faultcode").text = f"soap:{code}"
    etree.SubElement(body, "faultstring").text = message
    return _envelope(body, 500)


def _envelope(content, status):
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    text = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Response(text, status, content_type="text/xml; charset=utf-8")
