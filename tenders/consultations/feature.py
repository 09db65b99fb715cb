"""Market consultations as the shell sees them."""


from collections.abc import Iterable

from flask import url_for

from portal import clock
from portal.access import Permission, Viewer
from portal.features import Feature, Hit, NavItem, Task, Term
from tenders.consultations import chain_views, demo, queries
from tenders.consultations.views import bp


def tasks(viewer: Viewer) -> Iterable[Task]:
    """Yield the reports to write for buyers, and the consultations to answer for providers."""
    if viewer.may(Permission.CONSULTATION_MANAGE):
        for one in queries.waiting_for_report(viewer):
            yield Task(
                title="Verslag van de marktconsultatie publiceren",
                url=url_for("tenders_consultations.report", number=one.number),
                state="Verslag maken",
                second=f"{one.title} ({one.number})",
            )
    if viewer.may(Permission.CONSULTATION_RESPOND):
        for one, response in queries.unanswered_by(viewer):
            yield Task(
                title="Reageren op de marktconsultatie",
                url=url_for("tenders_consultations.respond", number=one.number),
                when=clock.local(one.closes_at).date() if one.closes_at else None,
                tone="none" if response is None else "under",
                state="Nog niet ingediend" if response else "Te doen",
                second=f"{one.title} ({one.number})",
            )


def terms(viewer: Viewer) -> Iterable[Term]:
    """Yield the closing dates of open consultations."""
    if not viewer.may(Permission.TENDER_READ):
        return
    for one in queries.running_for(viewer):
        if one.closes_at is not None:
            yield Term(
                clock.local(one.closes_at).date(),
                f"Marktconsultatie {one.title} sluit",
                url_for("tenders_consultations.show", number=one.number),
            )


def search(viewer: Viewer, words: str) -> Iterable[Hit]:
    """Yield the consultations a viewer may see that fit the words, at most ten."""
    endpoint = "show" if viewer.may(Permission.TENDER_READ) else "market"
    for one in queries.found(viewer, words):
        url = url_for(f"tenders_consultations.{endpoint}", number=one.number)
        yield Hit(one.title, url, f"Marktconsultatie {one.number}")


AUDIT_SENTENCES = {
    "tender:consultation:create": "maakte de marktconsultatie {number}",
    "tender:consultation:change": "wijzigde de gegevens van de marktconsultatie",
    "tender:consultation:invite": "koos welke aanbieders zijn uitgenodigd ({count})",
    "tender:consultation:question": "voegde vraag {position} toe",
    "tender:consultation:question_removed": "verwijderde een vraag",
    "tender:consultation:open": "stelde de marktconsultatie open",
    "tender:consultation:report_saved": "bewaarde het verslag als concept",
    "tender:consultation:report_published": "publiceerde het verslag met {findings} bevindingen",
    "tender:consultation:withdraw": "trok de marktconsultatie in",
    "tender:response:save": "bewaarde de reactie als concept",
    "tender:response:submit": "diende de reactie in",
    "tender:response:reopen": "nam de reactie terug om haar te wijzigen",
    "tender:finding:add": "legde de bevinding ‘{title}’ vast",
    "tender:finding:change": "wijzigde de bevinding ‘{title}’",
    "tender:finding:remove": "verwijderde de bevinding ‘{title}’",
    "tender:stakeholder:save": "zette ‘{name}’ op de adreslijst",
    "tender:stakeholder:remove": "haalde ‘{name}’ van de adreslijst",
}

FEATURE = Feature(
    name="tenders.consultations",
    blueprints=(bp,),
    tasks=tasks,
    terms=terms,
    search=search,
    navigation=(
        NavItem("Marktconsultaties", "tenders_consultations.index", Permission.CONSULTATION_MANAGE, 20),
    ),
    audit_sentences=AUDIT_SENTENCES,
    mails={
        "consultation_invited": "Uitnodiging voor een marktconsultatie",
        "consultation_submitted": "Reactie op een marktconsultatie ontvangen",
        "consultation_reported": "Verslag van een marktconsultatie",
        "consultation_withdrawn": "Marktconsultatie ingetrokken",
    },
    demo=demo.steps,
)

__all__ = ["FEATURE", "chain_views"]
