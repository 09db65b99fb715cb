"""The gunicorn worker of the portal: what does not even become a request is answered in Dutch as well.

Started with `--worker-class portal.server.Worker --limit-request-line 8190`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

_PAGE = """<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{message}</p><p><a href="/">Naar het portaal</a></p></main></body>
</html>
"""
_LONG = ("Dit adres is te lang", "Zoek met minder woorden of kies minder filters.")
_HEADERS = ("Uw browser stuurt te veel mee", "Verwijder de cookies van deze site en probeer het opnieuw.")
_OTHER = ("Uw verzoek kwam niet goed aan", "Ga terug, laad de pagina opnieuw en probeer het nog een keer.")
_OURS = ("Er ging iets mis bij ons", "Uw gegevens van vóór deze stap zijn bewaard. Probeer het opnieuw.")


def answer_to(error: BaseException) -> bytes:
    """Give the whole answer to a request that gunicorn refuses: status line, headers and a Dutch page."""
    status, text = HTTPStatus.INTERNAL_SERVER_ERROR, _OURS
    if isinstance(error, errors.LimitRequestLine):
        status, text = HTTPStatus.REQUEST_URI_TOO_LONG, _LONG
    elif isinstance(error, errors.LimitRequestHeaders):
        status, text = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _HEADERS
    elif isinstance(error, errors.ParseException):
        status, text = HTTPStatus.BAD_REQUEST, _OTHER
    body = _PAGE.format(title=text[0], message=text[1]).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Worker(ThreadWorker):
    """A worker with threads that answers what it refuses in Dutch."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer and note a request that could not be read."""
        if isinstance(exc, errors.ParseException):
            self.log.warning("refused a request: %s", type(exc).__name__)
        else:
            self.log.exception("a request failed outside the application")
        try:
            write_nonblock(client, answer_to(exc))
        except OSError:
            self.log.debug("the answer to a refused request could not be sent")
