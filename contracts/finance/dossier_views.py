"""The rechtmatigheidsdossier of a contract, as page and as PDF."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from contracts.agreements.queries import contract_for
from contracts.finance.dossier_queries import Dossier, dossier_of
from contracts.finance.dossier_rules import Found
from contracts.finance.queries import require_part
from portal import clock
from portal.access import Permission, current_viewer, requires
from portal.documents import attachment
from portal.dutch import amount, euro, long_date
from portal.forms import page
from portal.pdf import pdf

bp = Blueprint("contracts_dossier", __name__)


@bp.get("/contracten/<number>/rechtmatigheid")
@requires(Permission.COST_READ)
def show(number: str) -> ResponseReturnValue:
    """Show the dossier, with what is missing first in the state line."""
    dossier = _dossier(number)
    groups: dict[str, list[object]] = {}
    for one in dossier.points:
        groups.setdefault(one.group, []).append(one)
    return page(
        "contracts/finance/dossier.html",
        dossier=dossier,
        groups=groups,
        rows=dossier.shown_to(current_viewer()),
        missing=[one for one in dossier.points if one.found is Found.MISSING],
        found=Found,
    )


@bp.get("/contracten/<number>/rechtmatigheid/pdf")
@requires(Permission.COST_READ)
def document(number: str) -> ResponseReturnValue:
    """Give the dossier as PDF, for the file of the accountant."""
    dossier = _dossier(number)
    contract = dossier.contract
    missing = [f"{one.what}: {one.text}" for one in dossier.points if one.found is Found.MISSING]
    data = {
        "title": f"Rechtmatigheidsdossier {contract.number}",
        "from": contract.lead_municipality.name,
        "reference": f"{contract.number}, stand {long_date(clock.today())}",
        "facts": [
            ["Contract", contract.title],
            ["Aanbesteding", dossier.procedure.number if dossier.procedure else "niet in dit portaal"],
            ["Gegund voor", euro(dossier.awarded) if dossier.awarded is not None else "niet vastgelegd"],
            ["Besteed, zonder btw", euro(dossier.total("spent"))],
            ["Nog verplicht, zonder btw", euro(dossier.total("expected"))],
        ],
        "missing": missing,
        "points": [[one.what, one.found.label, one.text] for one in dossier.points],
        "spent": [
            [one.municipality.name, amount(one.ceiling) if one.ceiling is not None else "–", amount(one.spent),
             amount(one.expected)]
            for one in dossier.shown_to(current_viewer())
        ],
    }  # fmt: skip
    name = f"rechtmatigheidsdossier-{contract.number}.pdf"
    return attachment(pdf("dossier", data), name=name, media_type="application/pdf")


def _dossier(number: str) -> Dossier:
    viewer = current_viewer()
    require_part(viewer)
    return dossier_of(contract_for(viewer, number))
