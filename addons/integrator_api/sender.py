"""The only place from which events leave: to the address that was checked, and nowhere else."""

import contextlib
import socket
from urllib.parse import urlsplit

import certifi
import urllib3

from .rules import delivery

#: Seconds for connecting, and for each part of the answer.
TIMEOUT = urllib3.Timeout(connect=5, read=10)
#: Of an answer that is no success, this much is kept as the reason, in bytes.
REASON_BYTES = 200


class NotDelivered(Exception):
    """An event did not arrive.

    :ivar code: ``address``, ``unknown``, ``private``, ``certificate``, ``slow``, ``unreachable`` or
        ``answer``
    :ivar detail: what the receiver said, with ``answer``
    """

    def __init__(self, code, detail=""):
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def send(url, body, headers, *, allow_loopback=False):
    """Post an event; return when the receiver answered with a status from 200 to 299.

    The name is resolved once, its address checked, and the connection made to just that address:
    a name that points elsewhere a moment later leads to no private network. Redirects are not
    followed and proxies not used.

    :param bytes body: JSON
    :raise NotDelivered: for any reason
    """
    if delivery.find_problem(url, allow_loopback=allow_loopback):
        raise NotDelivered("address")
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    pool = _connect(parts, _resolve(parts.hostname, port, allow_loopback), port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {**headers, "Host": parts.netloc, "Content-Type": "application/json"}
    try:
        with contextlib.closing(pool):
            answer = pool.urlopen(
                "POST",
                target,
                body=body,
                headers=headers,
                timeout=TIMEOUT,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            status, text = answer.status, answer.read(REASON_BYTES)
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NotDelivered(_get_reason(error)) from error
    if not 200 <= status < 300:
        raise NotDelivered("answer", f"HTTP {status}: {text.decode(errors='replace')}")


def _get_reason(error):
    if isinstance(error, urllib3.exceptions.SSLError):
        return "certificate"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "unreachable"
    return "slow" if isinstance(error, urllib3.exceptions.TimeoutError) else "unreachable"


def _resolve(host, port, allow_loopback):
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise NotDelivered("unknown") from error
    for address in sorted(found):
        if delivery.is_permitted(address, allow_loopback=allow_loopback):
            return address
    raise NotDelivered("private")


def _connect(parts, address, port):
    if parts.scheme == "http":  # on this machine only, as find_problem says
        return urllib3.HTTPConnectionPool(address, port)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )
