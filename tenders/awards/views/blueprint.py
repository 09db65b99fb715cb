"""The one blueprint of judging and awarding."""

from flask import Blueprint

bp = Blueprint("tenders_awards", __name__)
