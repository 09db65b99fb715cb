"""Tenders as the shell sees them."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for

from portal import clock
from portal.access import Permission, Viewer, current_viewer
from portal.chain import Station
from portal.features import Feature, Hit, Link, NavItem, Task, Term
from tenders.procedures import demo, queries, services
from tenders.procedures.models import Procedure, Question
from tenders.procedures.queries import question_tasks as question_tasks_of, questions as question_queries
from tenders.procedures.states import QuestionState
from tenders.procedures.views import bp


def question_tasks(viewer: Viewer) -> Iterable[Task]:
    """Yield what waits in questions: to draft, to read as the second person, to decide, and to choose."""
    for one in question_tasks_of.assigned_to(viewer) if viewer.may(Permission.QUESTION_DRAFT) else ():
        yield _question_task("Conceptantwoord schrijven", one, when=one.procedure.nota_due_on)
    for one in question_tasks_of.to_check(viewer) if viewer.may(Permission.QUESTION_DRAFT) else ():
        yield _question_task("Antwoord nalezen", one, when=one.procedure.nota_due_on, tone="none")
    for one in question_tasks_of.to_decide(viewer) if viewer.may(Permission.QUESTION_ANSWER) else ():
        yield _question_task("Beslissen over een vertrouwelijke vraag", one, when=one.procedure.nota_due_on)
    for one in question_tasks_of.to_reply(viewer) if viewer.may(Permission.QUESTION_ANSWER) else ():
        yield _question_task("Vertrouwelijk antwoord versturen", one, when=one.procedure.nota_due_on)
    for one in question_tasks_of.to_choose(viewer) if viewer.may(Permission.QUESTION_ASK) else ():
        yield _question_task("Kiezen: vraag intrekken of laten publiceren", one, endpoint="own_question", tone="under")


def _question_task(
    title: str, question: Question, *, endpoint: str = "question", when: date | None = None, tone: str = "info"
) -> Task:
    procedure = question.procedure
    return Task(
        title=title,
        url=url_for(f"tenders_procedures.{endpoint}", number=procedure.number, question=question.number),
        when=when,
        tone=tone,
        second=f"Vraag {question.number} bij {procedure.title} ({procedure.number})",
    )


def tasks(viewer: Viewer) -> Iterable[Task]:
    """Yield what waits for a second person; for buyers questions without an answer and tenders in preparation."""
    for procedure in queries.waiting_for_second(viewer):
        yield Task(
            title="Aanbesteding controleren en publiceren",
            url=url_for("tenders_procedures.check", number=procedure.number),
            when=clock.today(),
            tone="under",
            state="Wacht op u",
            second=f"{procedure.title} ({procedure.number})",
        )
    for procedure in queries.waiting_outages(viewer):
        yield Task(
            title="Langere termijn na een storing geven",
            url=url_for("tenders_procedures.outage", number=procedure.number),
            when=clock.today(),
            tone="under",
            state="Wacht op u",
            second=f"{procedure.title} ({procedure.number})",
        )
    yield from question_tasks(viewer)
    if not viewer.may(Permission.TENDER_MANAGE):
        return
    for procedure, waiting in queries.with_open_questions(viewer):
        yield Task(
            title="Vragen beantwoorden" if waiting > 1 else "Vraag beantwoorden",
            url=url_for("tenders_procedures.questions", number=procedure.number),
            when=procedure.nota_due_on,
            state=f"{waiting} open" if waiting > 1 else "1 open",
            second=f"{procedure.title} ({procedure.number})",
        )
    for procedure in queries.ready_for_nota(viewer):
        yield Task(
            title="Nota van inlichtingen publiceren",
            url=url_for("tenders_procedures.nota", number=procedure.number),
            when=procedure.nota_due_on,
            second=f"{procedure.title} ({procedure.number})",
        )
    for procedure in queries.in_preparation(viewer):
        yield Task(
            title="Aanbesteding afmaken en publiceren",
            url=url_for("tenders_procedures.show", number=procedure.number),
            tone="none",
            state="Voorbereiding",
            second=f"{procedure.title} ({procedure.number})",
        )


def terms(viewer: Viewer) -> Iterable[Term]:
    """Yield the question rounds and closing times that come near, for staff and for followers."""
    found = queries.closing_soon(viewer) if viewer.may(Permission.TENDER_READ) else queries.followed_by(viewer)
    endpoint = "show" if viewer.may(Permission.TENDER_READ) else "assignment"
    for procedure in found:
        url = url_for(f"tenders_procedures.{endpoint}", number=procedure.number)
        if procedure.questions_close_at is not None and procedure.questions_close_at > clock.now():
            yield Term(
                clock.local(procedure.questions_close_at).date(), f"Vragenronde {procedure.title} sluit", url
            )
        if procedure.submission_deadline_at is not None:
            yield Term(clock.local(procedure.submission_deadline_at).date(), f"{procedure.title} sluit", url)


def related(kind: str, identity: uuid.UUID) -> Iterable[Link]:
    """Yield what a finding or a consultation led to, as far as the viewer may open it."""
    viewer = current_viewer()
    if kind == "finding":
        for use in queries.uses_of_finding(identity):
            link = _use_link(viewer, use)
            if link is not None:
                yield link
        yield from _question_links(viewer, identity)
    if kind == "consultation":
        for procedure in queries.following_consultation(viewer, identity):
            yield Link(procedure.title, _address(viewer, procedure), f"Aanbesteding {procedure.number}")


def _address(viewer: Viewer, procedure: Procedure) -> str:
    endpoint = "show" if queries.staff_may_see(viewer, procedure) else "assignment"
    return url_for(f"tenders_procedures.{endpoint}", number=procedure.number)


def _use_link(viewer: Viewer, use: queries.FindingTarget) -> Link | None:
    what = "Gunningscriterium" if use.kind == "criterion" else "Eis"
    if queries.readable_of(viewer, [use.procedure.id]):
        endpoint = f"market_{use.kind}"
    elif queries.staff_may_see(viewer, use.procedure):
        endpoint = use.kind
    else:
        return None
    values: dict[str, Any] = {"number": use.procedure.number, f"{use.kind}_id": use.target_id}
    place = f", perceel {use.lot_number}" if use.lot_number else ""
    url = url_for(f"tenders_procedures.{endpoint}", **values)
    return Link(use.title, url, f"{what} in {use.procedure.number}{place}", Station.DEMAND)


def _question_links(viewer: Viewer, finding_id: uuid.UUID) -> Iterable[Link]:
    """Yield the questions whose answer rests on a finding: for staff, and once published for the market."""
    for question, procedure in question_queries.questions_on_finding(finding_id):
        if queries.may_change(viewer, procedure):
            url = url_for("tenders_procedures.question", number=procedure.number, question=question.number)
        elif question.state is QuestionState.PUBLISHED and queries.readable_of(viewer, [procedure.id]):
            nota, position = question_queries.place_in_nota(question)
            url = url_for(
                "tenders_procedures.market_answer", number=procedure.number, nota=nota, position=position
            )
        else:
            continue
        yield Link(f"Vraag {question.number}", url, f"Vraag en antwoord in {procedure.number}", Station.DEMAND)


def search(viewer: Viewer, words: str) -> Iterable[Hit]:
    """Yield the tenders that fit the words, at most ten."""
    for procedure in queries.found(viewer, words):
        yield Hit(procedure.title, _address(viewer, procedure), f"Aanbesteding {procedure.number}")
    for question in question_queries.found(viewer, words):
        number = question.procedure.number
        endpoint = "own_question" if viewer.is_provider else "questions"
        values: dict[str, Any] = {"question": question.number} if viewer.is_provider else {}
        url = url_for(f"tenders_procedures.{endpoint}", number=number, **values)
        yield Hit(question.text[:110], url, f"Vraag {question.number} bij {number}")


AUDIT_SENTENCES = {
    "tender:procedure:create": "maakte de aanbesteding {number}",
    "tender:procedure:copy": "maakte een kopie van {source}",
    "tender:procedure:no_template": "maakte van het sjabloon weer een aanbesteding",
    "tender:procedure:change": "wijzigde de gegevens",
    "tender:procedure:plan": "legde de planning vast",
    "tender:procedure:motivate": "legde de raming en de motivering vast",
    "tender:procedure:mandate": "legde de volmacht of het mandaat {reference} vast",
    "tender:procedure:scale": "koos de schaal 0 tot en met {score_max}",
    "tender:procedure:ask_publish": "vroeg een tweede persoon om te publiceren",
    "tender:procedure:ask_back": "nam de aanvraag tot publicatie terug",
    "tender:procedure:ask_lapsed": "wijzigde de aanbesteding; de aanvraag tot publicatie verviel",
    "tender:procedure:publish": "publiceerde de aanbesteding",
    "tender:change:save": "werkte aan wijziging {number}",
    "tender:change:discard": "gooide wijziging {number} weg",
    "tender:change:publish": "publiceerde wijziging {number} ({kind})",
    "tender:outage:ask": "legde een storing vast en vroeg een langere termijn",
    "tender:outage:refuse": "haalde de aanvraag voor een langere termijn weg",
    "tender:outage:hash": "legde de code van een inschrijving vast",
    "tender:procedure:open": "opende de kluis",
    "tender:procedure:award": "rondde de gunning af",
    "tender:procedure:withdraw": "trok de aanbesteding in",
    "tender:notice:record": "legde aankondiging {number} op TenderNed vast",
    "tender:team:add": "voegde een {case_role} toe aan het team",
    "tender:team:remove": "haalde een {case_role} uit het team",
    "tender:document:add": "voegde versie {version} van ‘{title}’ toe",
    "tender:lot:add": "maakte perceel ‘{title}’",
    "tender:document:remove": "verwijderde het document ‘{title}’",
    "tender:lot:remove": "verwijderde perceel ‘{title}’",
    "tender:lot:change": "wijzigde perceel ‘{title}’",
    "tender:lot:volumes": "legde de aantallen van perceel ‘{title}’ vast",
    "tender:lot:price_formula": "legde de prijsformule van perceel ‘{title}’ vast",
    "tender:lot:price_line": "legde prijsregel ‘{title}’ vast",
    "tender:lot:price_line_removed": "verwijderde prijsregel ‘{title}’",
    "tender:lot:award": "gunde perceel ‘{title}’ definitief",
    "tender:lot:withdraw": "trok perceel ‘{title}’ in",
    "tender:requirement:save": "legde eis ‘{title}’ vast",
    "tender:requirement:remove": "verwijderde eis ‘{title}’",
    "tender:criterion:save": "legde gunningscriterium ‘{title}’ vast",
    "tender:criterion:remove": "verwijderde gunningscriterium ‘{title}’",
    "tender:follow:start": "volgt de aanbesteding",
    "tender:follow:stop": "volgt de aanbesteding niet meer",
    "tender:question:ask": "stelde vraag {number}",
    "tender:question:answer": "beantwoordde vraag {number}",
    "tender:question:assign": "vroeg {to} om een antwoord op vraag {number}",
    "tender:question:draft": "schreef een conceptantwoord op vraag {number}",
    "tender:question:check": "las het antwoord op vraag {number} na",
    "tender:question:decide": "wees vertrouwelijkheid van vraag {number} {outcome}",
    "tender:question:reply": "beantwoordde vraag {number} vertrouwelijk",
    "tender:question:withdraw": "trok vraag {number} terug",
    "tender:question:accept": "liet vraag {number} publiceren",
    "tender:finding:link": "koppelde bevinding {finding} aan {count} onderdelen",
    "tender:nota:publish": "publiceerde nota van inlichtingen {number} met {answers} antwoorden",
}

FEATURE = Feature(
    name="tenders.procedures",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    related=related,
    search=search,
    navigation=(
        NavItem("Aanbestedingen", "tenders_procedures.index", Permission.TENDER_READ, 30),
        NavItem("Opdrachten", "tenders_procedures.market", Permission.TENDER_FOLLOW, 20),
    ),
    audit_sentences=AUDIT_SENTENCES,
    mails={
        "nota_published": "Nota van inlichtingen",
        "question_assigned": "Vraag toegewezen",
        "question_decided": "Besluit over een vertrouwelijke vraag",
        "question_replied": "Vertrouwelijke vraag beantwoord",
        "question_withdrawn": "Vraag teruggetrokken",
        "question_accepted": "Vraag mag in de nota",
        "lot_withdrawn": "Perceel ingetrokken",
        "procedure_withdrawn": "Aanbesteding ingetrokken",
        "publication_asked": "Aanbesteding controleren en publiceren",
        "tender_changed": "Rectificatie of langere termijn",
        "outage_asked": "Langere termijn na een storing",
    },
    demo=demo.steps,
    seed=services.seed_procedure_rules,
)
