"""The application for a WSGI server: `gunicorn portal.wsgi:app`."""

from portal.app import create_app
from portal.logging import install

install()
app = create_app()
