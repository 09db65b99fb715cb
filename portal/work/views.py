"""Mijn werk: what waits for the viewer, from every feature; and one box to search in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Permission, current_viewer, public, requires
from portal.features import search_for, tasks_for, terms_for
from portal.forms import page
from portal.work.rules import piles, without_repeats

bp = Blueprint("portal_work", __name__)


@lru_cache(maxsize=8)
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def is_free(day: date) -> bool:
    """Say whether a day is a public holiday in the Netherlands."""
    return day in _free_days(day.year)


@bp.route("/")
@public
def home() -> ResponseReturnValue:
    return redirect(url_for(".index") if current_viewer().is_signed_in else "/opdrachten")


@bp.route("/mijn-werk")
@requires(Permission.SELF)
def index() -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    tasks = tasks_for(viewer)
    terms = [term for term in without_repeats(terms_for(viewer)) if today <= term.on <= today + timedelta(days=30)]
    return page("portal/work/index.html", piles=piles(tasks, today, is_free), terms=terms, today=today)


@bp.route("/zoeken")
@requires(Permission.SELF)
def search() -> ResponseReturnValue:
    words = request.args.get("q", "").strip()[:100]
    hits = search_for(current_viewer(), words) if words else []
    if len(hits) == 1 and hits[0].text.split(" ")[0].casefold() == words.casefold():
        return redirect(hits[0].url)
    return page("portal/work/search.html", words=words, hits=hits)
