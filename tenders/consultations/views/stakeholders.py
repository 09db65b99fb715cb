"""The address list of a municipality: who has a stake, with influence and interest."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.access import Permission, current_viewer, requires
from portal.forms import act, act_or_flash, page
from tenders.consultations import forms, queries, services
from tenders.consultations.models import Stakeholder
from tenders.consultations.rules import quadrant
from tenders.consultations.states import Level, Quadrant
from tenders.consultations.views.blueprint import bp


@bp.get("/marktconsultaties/belanghebbenden")
@requires(Permission.CONSULTATION_MANAGE)
def stakeholders() -> ResponseReturnValue:
    """Show the address list in the four places influence and interest make."""
    people = queries.stakeholders(current_viewer())
    places = {place: [one for one in people if quadrant(one.influence, one.interest) is place] for place in Quadrant}
    return page("tenders/consultations/stakeholders.html", places=places, total=len(people))


@bp.route("/marktconsultaties/belanghebbenden/nieuw", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def add_stakeholder() -> ResponseReturnValue:
    """Put somebody on the address list."""
    return _edited(None)


@bp.route("/marktconsultaties/belanghebbenden/<uuid:stakeholder_id>", methods=["GET", "POST"])
@requires(Permission.CONSULTATION_MANAGE)
def edit_stakeholder(stakeholder_id: uuid.UUID) -> ResponseReturnValue:
    """Change somebody on the address list."""
    return _edited(queries.stakeholder_of(current_viewer(), stakeholder_id))


def _edited(stakeholder: Stakeholder | None) -> ResponseReturnValue:
    form = forms.StakeholderForm(obj=stakeholder)
    form.provider_id.choices = [("", "geen account in het portaal")] + [
        (str(one.id), one.name) for one in queries.providers()
    ]
    if form.validate_on_submit() and form.accepts(
        services.save_stakeholder,
        stakeholder,
        name=form.name.data or "",
        part=form.part.data or "",
        influence=Level(form.influence.data),
        interest=Level(form.interest.data),
        email=form.email.data or "",
        provider_id=form.provider_id.data,
        by=current_viewer(),
    ):
        flash(f"‘{form.result.name}’ staat op de adreslijst.")
        return redirect(url_for(".stakeholders"))
    return page("tenders/consultations/stakeholder_edit.html", form=form, stakeholder=stakeholder)


@bp.post("/marktconsultaties/belanghebbenden/<uuid:stakeholder_id>/verwijderen")
@requires(Permission.CONSULTATION_MANAGE)
def remove_stakeholder(stakeholder_id: uuid.UUID) -> ResponseReturnValue:
    """Take somebody off the address list."""
    one = queries.stakeholder_of(current_viewer(), stakeholder_id)
    if act_or_flash(services.remove_stakeholder, one, by=current_viewer()):
        flash("De belanghebbende staat niet meer op de adreslijst.")
    return redirect(url_for(".stakeholders"))


@bp.post("/marktconsultaties/belanghebbenden/overnemen")
@requires(Permission.CONSULTATION_MANAGE)
def adopt_stakeholders() -> ResponseReturnValue:
    """Take over the stakeholders of the policy document."""
    added = act(services.adopt_policy_list, by=current_viewer())
    flash(f"{added} belanghebbenden uit het beleidsplan staan nu op de lijst. Vul hun e-mailadressen aan.")
    return redirect(url_for(".stakeholders"))
