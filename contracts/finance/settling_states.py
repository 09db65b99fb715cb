"""The lives of a settlement after the year and of a doorbelasting, and what is typed in for the SPUK."""

from enum import StrEnum

from portal.states import Machine


class SettlementBasis(StrEnum):
    """On which realised numbers the year is settled."""

    PARTICIPANTS = "participants"
    HOURS = "hours"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"participants": "deelnemers per maand, opgeteld", "hours": "gevolgde uren"}[self.value]


class SettlementState(StrEnum):
    """A settlement is asked of the municipalities; the last yes books it, one no ends it."""

    ASKED = "asked"
    BOOKED = "booked"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"asked": "Akkoord gevraagd", "booked": "Geboekt", "refused": "Niet akkoord"}[self.value]


class SettlementAction(StrEnum):
    """What can happen to a settlement."""

    BOOK = "book"
    REFUSE = "refuse"


SETTLEMENT: Machine[SettlementState, SettlementAction] = Machine(
    initial=SettlementState.ASKED,
    table={
        (SettlementState.ASKED, SettlementAction.BOOK): SettlementState.BOOKED,
        (SettlementState.ASKED, SettlementAction.REFUSE): SettlementState.REFUSED,
    },
)


class VatTreatment(StrEnum):
    """How btw travels in a doorbelasting (practice.md F4)."""

    PASSED_ON = "passed_on"
    COMMON_ACCOUNT = "common_account"
    TAXED = "taxed"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "passed_on": "doorgeschoven onder het btw-compensatiefonds",
            "common_account": "kosten voor gemene rekening, zonder btw",
            "taxed": "belast met btw",
        }[self.value]

    @property
    def sentence(self) -> str:
        """What stands on the document."""
        return {
            "passed_on": (
                "De btw van de oorspronkelijke facturen wordt doorgeschoven. U vraagt haar zelf terug uit het "
                "btw-compensatiefonds, voor zover zij voor u compensabel is."
            ),
            "common_account": (
                "Dit zijn kosten voor gemene rekening. Over deze doorbelasting is geen btw berekend; de btw van "
                "de oorspronkelijke facturen is onderdeel van de kosten."
            ),
            "taxed": "De btw hieronder is btw van de penvoerende gemeente, tegen het tarief van de regel.",
        }[self.value]


class RechargeState(StrEnum):
    """A doorbelasting is sent, agreed to or refused by the other municipality, and received."""

    SENT = "sent"
    AGREED = "agreed"
    REFUSED = "refused"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "sent": "Akkoord gevraagd",
            "agreed": "Akkoord",
            "refused": "Niet akkoord",
            "received": "Ontvangen",
        }[self.value]


class RechargeAction(StrEnum):
    """What can happen to a doorbelasting."""

    AGREE = "agree"
    REFUSE = "refuse"
    RECEIVE = "receive"


RECHARGE: Machine[RechargeState, RechargeAction] = Machine(
    initial=RechargeState.SENT,
    table={
        (RechargeState.SENT, RechargeAction.AGREE): RechargeState.AGREED,
        (RechargeState.SENT, RechargeAction.REFUSE): RechargeState.REFUSED,
        (RechargeState.AGREED, RechargeAction.RECEIVE): RechargeState.RECEIVED,
    },
)


class SpukInput(StrEnum):
    """A number for the specifieke uitkering: counted by the portal, or typed in with its source."""

    ASYLUM_T = "asylum_t"
    ASYLUM_T1 = "asylum_t1"
    ASYLUM_T2 = "asylum_t2"
    FINISHED_T2 = "finished_t2"
    FAMILY_T = "family_t"
    FAMILY_T2 = "family_t2"
    EDUCATION_T = "education_t"
    FORECAST_T = "forecast_t"
    QUOTA_T1 = "quota_t1"
    EDUCATION_SHARE = "education_share"
    EDUCATION_AMOUNT = "education_amount"
    NATIONAL_BASE = "national_base"
    NATIONAL_BUDGET = "national_budget"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        """The Dutch words for the screen; t is the year of the grant."""
        return _INPUTS[self]

    @property
    def is_count(self) -> bool:
        """Whether it is a number of persons."""
        return self not in {
            SpukInput.EDUCATION_SHARE,
            SpukInput.EDUCATION_AMOUNT,
            SpukInput.NATIONAL_BASE,
            SpukInput.NATIONAL_BUDGET,
            SpukInput.RECEIVED,
        }


_INPUTS = {
    SpukInput.ASYLUM_T: "Asielstatushouders, gehuisvest in het jaar zelf (a)",
    SpukInput.ASYLUM_T1: "Asielstatushouders, gehuisvest een jaar eerder (b)",
    SpukInput.ASYLUM_T2: "Asielstatushouders, gehuisvest twee jaar eerder (c)",
    SpukInput.FINISHED_T2: "Afgerond met diploma of certificaat, twee jaar eerder (d)",
    SpukInput.FAMILY_T: "Gezins- en overige migranten, gehuisvest in het jaar zelf",
    SpukInput.FAMILY_T2: "Gezins- en overige migranten, gehuisvest twee jaar eerder",
    SpukInput.EDUCATION_T: "Asielstatushouders met de Onderwijsroute in het PIP, voor het eerst dit jaar",
    SpukInput.FORECAST_T: "Prognose van de taakstelling, het jaar zelf",
    SpukInput.QUOTA_T1: "Huisvestingstaakstelling, een jaar eerder",
    SpukInput.EDUCATION_SHARE: "Verwacht aandeel Onderwijsroute, in procenten",
    SpukInput.EDUCATION_AMOUNT: "Aanvullend bedrag per persoon in de Onderwijsroute, in euro",
    SpukInput.NATIONAL_BASE: "Som van de grondslagen van alle gemeenten, in euro",
    SpukInput.NATIONAL_BUDGET: "Landelijk budget voor asielstatushouders, in euro",
    SpukInput.RECEIVED: "Ontvangen voorschotten, in euro",
}
