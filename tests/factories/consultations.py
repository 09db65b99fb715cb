"""Market consultations for tests, made through the services."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal import clock
from portal.access import Role, Viewer
from portal.accounts.queries import viewer_by_email
from portal.catalogue.queries import municipality_by_name, product_by_code
from portal.db import db
from tenders.consultations import queries, services
from tenders.consultations.models import Consultation, ConsultationResponse, Finding

BUYER = "inkoop@lansingerland.example"
PROVIDER = "info@taalhuis-de-waterlinie.example"


def buyer() -> Viewer:
    """The buyer of Lansingerland."""
    return viewer_by_email(BUYER)


def provider(email: str = PROVIDER) -> Viewer:
    """A provider."""
    return viewer_by_email(email, role=Role.PROVIDER)


def make_consultation(
    *,
    title: str = "Taallessen vanaf 2027",
    questions: Sequence[str] = ("Hoe snel kunt u beginnen met een nieuwe groep?",),
    is_public: bool = True,
    closes_at: datetime | None = None,
    opened: bool = True,
    by: Viewer | None = None,
) -> Consultation:
    """A consultation of Lansingerland about B1 and Z, open for fourteen days unless said otherwise."""
    by = by or buyer()
    made = services.create_consultation(
        title=title,
        introduction="Wij willen weten wat haalbaar is.",
        products=[product_by_code("B1").id, product_by_code("Z").id],
        municipalities=[municipality_by_name("Lansingerland").id, municipality_by_name("Zoetermeer").id],
        is_public=is_public,
        closes_at=closes_at or clock.now() + timedelta(days=14),
        by=by,
    )
    for text in questions:
        services.add_question(made, text=text, by=by)
    if opened:
        services.open_consultation(made, by=by)
    db.session.flush()
    return made


def make_response(
    consultation: Consultation,
    *,
    text: str = "Binnen tien werkdagen.",
    email: str = PROVIDER,
    may_share: bool = False,
) -> ConsultationResponse:
    """A submitted response with the same text under every question."""
    return services.submit_response(
        consultation,
        answers={
            question.id: services.AnswerInput(text=text, may_share=may_share) for question in consultation.questions
        },
        by=provider(email),
    )


def make_finding(
    consultation: Consultation, *, title: str = "Snel beginnen kan als gemeenten samen plannen"
) -> Finding:
    """A finding that rests on every answer."""
    answers = [one.answer_id for row in queries.answers_side_by_side(consultation) for one in row.answers]
    return services.add_finding(
        consultation, title=title, text="Dat zeggen alle aanbieders.", answers=answers, by=buyer()
    )


def make_reported_consultation(**kw: object) -> Consultation:
    """A consultation that closed, with one response, one finding and a published report."""
    made = make_consultation(**kw)  # type: ignore[arg-type]
    make_response(made)
    make_finding(made)
    services.save_report(
        made, report="Aanbieders kunnen snel beginnen als de gemeenten samen plannen.", by=buyer()
    )
    with clock.at((made.closes_at or clock.now()) + timedelta(hours=1)):
        services.publish_report(made, by=buyer())
    db.session.flush()
    return made
