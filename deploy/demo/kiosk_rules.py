"""Waits until the server has made the rules by which the kiosk lends alone: a slow digest of every barred card."""

import http.client
import ssl
import time
from http import HTTPStatus
from typing import Final

from deploy.demo.installation import ADDRESS, KIOSK_ID, Installation
from library.api.offline_policy import POLICY_PATH

WAIT_S: Final = 60.0
_ASK_AGAIN_S: Final = 0.1


class NoRulesError(Exception):
    """The server has no rules for the kiosk."""


def wait_for_rules(made: Installation, port: int) -> None:
    """Ask as the kiosk does until they are given, so that it need not ask twice.

    Raises:
        NoRulesError: they did not come in time; it says how the server answered last.

    """
    secrets = made.folder / "secrets"
    context = ssl.create_default_context(cafile=secrets / "ca.crt")
    context.load_cert_chain(secrets / f"{KIOSK_ID}.crt", secrets / f"{KIOSK_ID}.key")
    end = time.monotonic() + WAIT_S
    while (status := _ask(context, port)) != HTTPStatus.OK:
        if time.monotonic() > end or status != HTTPStatus.SERVICE_UNAVAILABLE:
            raise NoRulesError(f"the server answers {status} to the question for the kiosk's rules")
        time.sleep(_ASK_AGAIN_S)


def _ask(context: ssl.SSLContext, port: int) -> int:
    connection = http.client.HTTPSConnection(ADDRESS, port, timeout=WAIT_S, context=context)
    try:
        connection.request("GET", POLICY_PATH)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
