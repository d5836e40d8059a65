"""Who really asks: the network address behind the proxies we trust, and behind no other."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# One subscriber is given at least this much of IPv6; counting single addresses would count nobody.
PREFIXE_V6 = 64


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address written here, as proxies write it (with a port, within brackets), or None."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def client_of(request: HttpRequest) -> str:
    """The true client of a request, as text: an IPv4 address or an IPv6 /64.

    Each of the `TRUSTED_PROXIES` proxies in front of us has written at the right of `X-Forwarded-For` whom it heard;
    what stands further left was written by the client himself and is not believed. With none, or where the header is
    shorter or spoilt, the address that speaks to us.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    trusted = settings.TRUSTED_PROXIES or 0
    # Each proxy adds the one before it: the last is known by the connection itself.
    heard = [*filter(None, request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")), peer]
    address = _parsed(heard[-1 - trusted]) if trusted < len(heard) else None
    address = address or _parsed(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, PREFIXE_V6), strict=False))
    return str(address or peer)
