"""The address a request came from, past as many proxies of our own as PROXIES says."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from callcenter import env

PROXIES = env.number("PROXIES", 0)


def address_of(request: HttpRequest) -> str | None:
    """An IPv4 or IPv6 address, or None where nothing usable is known."""
    given = request.META.get("REMOTE_ADDR", "")
    if PROXIES:
        # Each proxy appends whom it heard from: only the last ones are ours to believe.
        passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        given = passed[-PROXIES].strip() if len(passed) >= PROXIES else given
    try:
        return str(ipaddress.ip_address(given.strip("[]")))
    except ValueError:
        return None


def neighbourhood(address: str | None) -> str:
    """What one guest holds: an IPv4 address, or the /64 of an IPv6 one."""
    if address is None:
        return "unknown"
    known = ipaddress.ip_address(address)
    if known.version == 4:
        return address
    mapped = known.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network(f"{address}/64", strict=False))
