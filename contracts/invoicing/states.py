"""The lives of a specification (prefactuur), an invoice and one of its lines."""

from enum import StrEnum

from portal.states import Machine


class SpecificationState(StrEnum):
    """A specification is proposed by the portal, confirmed by the provider, then invoiced; or it lapses."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    INVOICED = "invoiced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "proposed": "Voorstel",
            "confirmed": "Bevestigd",
            "invoiced": "Gefactureerd",
            "withdrawn": "Vervallen",
        }[self.value]


class SpecificationAction(StrEnum):
    """What can be done to a specification."""

    CONFIRM = "confirm"
    INVOICE = "invoice"
    RELEASE = "release"
    WITHDRAW = "withdraw"


SPECIFICATION: Machine[SpecificationState, SpecificationAction] = Machine(
    initial=SpecificationState.PROPOSED,
    table={
        (SpecificationState.PROPOSED, SpecificationAction.CONFIRM): SpecificationState.CONFIRMED,
        (SpecificationState.CONFIRMED, SpecificationAction.INVOICE): SpecificationState.INVOICED,
        (SpecificationState.INVOICED, SpecificationAction.RELEASE): SpecificationState.CONFIRMED,
        (SpecificationState.PROPOSED, SpecificationAction.WITHDRAW): SpecificationState.WITHDRAWN,
        (SpecificationState.CONFIRMED, SpecificationAction.WITHDRAW): SpecificationState.WITHDRAWN,
    },
)


class InvoiceKind(StrEnum):
    """What the document is; a doorbelasting comes from another municipality, an afrekening from the year."""

    INVOICE = "invoice"
    CREDIT = "credit"
    CHARGE = "charge"
    SETTLEMENT = "settlement"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "invoice": "Factuur",
            "credit": "Creditfactuur",
            "charge": "Doorbelasting",
            "settlement": "Afrekening",
        }[self.value]


class Channel(StrEnum):
    """How an invoice came in."""

    UBL = "ubl"
    FORM = "form"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"ubl": "e-factuur", "form": "formulier"}[self.value]


class InvoiceState(StrEnum):
    """Where an invoice stands: received, performance declared, payable, or sent back."""

    RECEIVED = "received"
    DECLARED = "declared"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "received": "Ingediend",
            "declared": "Prestatie verklaard",
            "approved": "Goedgekeurd",
            "returned": "Teruggestuurd",
        }[self.value]


class InvoiceAction(StrEnum):
    """What can be done to an invoice; declaring and approving are two people."""

    DECLARE = "declare"
    APPROVE = "approve"
    RETURN = "return"


INVOICE: Machine[InvoiceState, InvoiceAction] = Machine(
    initial=InvoiceState.RECEIVED,
    table={
        (InvoiceState.RECEIVED, InvoiceAction.DECLARE): InvoiceState.DECLARED,
        (InvoiceState.RECEIVED, InvoiceAction.RETURN): InvoiceState.RETURNED,
        (InvoiceState.DECLARED, InvoiceAction.APPROVE): InvoiceState.APPROVED,
        (InvoiceState.DECLARED, InvoiceAction.RETURN): InvoiceState.RETURNED,
    },
)


class LineKind(StrEnum):
    """A line of the document, or a pseudo-line made of a document-level amount."""

    LINE = "line"
    ALLOWANCE = "allowance"
    CHARGE = "charge"
    ROUNDING = "rounding"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "line": "Regel",
            "allowance": "Korting op de factuur",
            "charge": "Toeslag op de factuur",
            "rounding": "Afronding",
        }[self.value]


class LineState(StrEnum):
    """Where a line stands."""

    MATCHED = "matched"
    DEVIATES = "deviates"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "matched": "Klopt",
            "deviates": "Wijkt af",
            "disputed": "Betwist",
            "accepted": "Akkoord",
        }[self.value]


class LineAction(StrEnum):
    """What can happen to a line."""

    DEVIATE = "deviate"
    DISPUTE = "dispute"
    SETTLE = "settle"
    ACCEPT = "accept"


LINE: Machine[LineState, LineAction] = Machine(
    initial=LineState.MATCHED,
    table={
        (LineState.MATCHED, LineAction.DEVIATE): LineState.DEVIATES,
        (LineState.MATCHED, LineAction.DISPUTE): LineState.DISPUTED,
        (LineState.DEVIATES, LineAction.DISPUTE): LineState.DISPUTED,
        (LineState.DISPUTED, LineAction.SETTLE): LineState.MATCHED,
        (LineState.MATCHED, LineAction.ACCEPT): LineState.ACCEPTED,
        (LineState.DEVIATES, LineAction.ACCEPT): LineState.ACCEPTED,
    },
)


class Check(StrEnum):
    """The three checks an invoice goes through, apart."""

    RULES = "rules"
    MATCH = "match"
    MONEY = "money"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "rules": "Regels van de e-factuur",
            "match": "Vergelijking met contract en prestaties",
            "money": "Bedragen",
        }[self.value]


class ShareBasis(StrEnum):
    """Why a municipality bears a share: its own participant, or a key that is provisional or final."""

    DIRECT = "direct"
    PROVISIONAL = "provisional"
    FINAL = "final"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "direct": "eigen inwoner",
            "provisional": "verdeelsleutel, voorlopig",
            "final": "verdeelsleutel",
        }[self.value]
