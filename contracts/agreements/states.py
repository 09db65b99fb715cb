"""The life of a contract and the words for its parts."""

from enum import StrEnum

from portal.states import Machine


class ContractKind(StrEnum):
    """What kind of agreement it is; an agreement between municipalities needs no award."""

    CONTRACT = "contract"
    FRAMEWORK = "framework"
    COOPERATION = "cooperation"
    OPEN_HOUSE = "open_house"
    BETWEEN_MUNICIPALITIES = "between_municipalities"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "contract": "Contract",
            "framework": "Raamovereenkomst",
            "cooperation": "Samenwerkingsovereenkomst",
            "open_house": "Toelating (open house)",
            "between_municipalities": "Overeenkomst tussen gemeenten",
        }[self.value]


class ContractState(StrEnum):
    """What is stored; 'loopt' and 'uitloop' are derived from the dates (rules.phase)."""

    DRAFT = "draft"
    SIGNED = "signed"
    TERMINATED = "terminated"


class ContractAction(StrEnum):
    """What can be done to a contract."""

    SIGN = "sign"
    TERMINATE = "terminate"


CONTRACT: Machine[ContractState, ContractAction] = Machine(
    initial=ContractState.DRAFT,
    table={
        (ContractState.DRAFT, ContractAction.SIGN): ContractState.SIGNED,
        (ContractState.SIGNED, ContractAction.TERMINATE): ContractState.TERMINATED,
    },
)


class ContractPhase(StrEnum):
    """Where a contract is in its life on a day: derived, never stored."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    RUNNING = "running"
    NO_NEW_REFERRALS = "no_new_referrals"
    RUN_OFF = "run_off"
    ENDED = "ended"
    TERMINATED = "terminated"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "draft": "Concept",
            "upcoming": "Getekend, nog niet begonnen",
            "running": "Loopt",
            "no_new_referrals": "Loopt, geen nieuwe aanmeldingen",
            "run_off": "In uitloop",
            "ended": "Afgelopen",
            "terminated": "Beëindigd",
        }[self.value]


class PartyRole(StrEnum):
    """What an organisation is in this one contract."""

    LEAD = "lead"
    COMBINANT = "combinant"
    SUBCONTRACTOR = "subcontractor"
    THIRD = "third"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "lead": "penvoerder",
            "combinant": "combinant",
            "subcontractor": "onderaannemer",
            "third": "derde",
        }[self.value]


class MemberRole(StrEnum):
    """Who is who in the case team of a contract."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    READER = "reader"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"manager": "contractmanager", "deputy": "vervanger", "reader": "leest mee"}[self.value]


class ResidenceBasis(StrEnum):
    """Which day decides the municipality that pays for a month of performance."""

    FIRST_DAY_OF_MONTH = "first_day_of_month"
    DAY_OF_EVENT = "day_of_event"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "first_day_of_month": "eerste dag van de maand",
            "day_of_event": "dag van de gebeurtenis",
        }[self.value]


class InvoiceChannel(StrEnum):
    """How the provider sends its invoice."""

    PEPPOL = "peppol"
    UPLOAD = "upload"
    CHARGE = "charge"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "peppol": "e-factuur via Peppol",
            "upload": "e-factuur in dit portaal",
            "charge": "doorbelasting tussen gemeenten",
        }[self.value]


class InvoiceParty(StrEnum):
    """In whose name the invoices stand."""

    LEAD = "lead"
    EACH_MUNICIPALITY = "each_municipality"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"lead": "de penvoerende gemeente", "each_municipality": "elke gemeente apart"}[self.value]


class PhaseTrigger(StrEnum):
    """The event that makes a part of a trajectory price due."""

    STARTED = "started"
    HALFWAY = "halfway"
    FINISHED = "finished"
    DIPLOMA = "diploma"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "started": "start van de lessen",
            "halfway": "halverwege",
            "finished": "traject afgerond",
            "diploma": "diploma of certificaat (besluit DUO)",
        }[self.value]


class EarlyEndRule(StrEnum):
    """What happens to a phase that is not reached (practice.md C8)."""

    LAPSES = "lapses"
    BY_HOURS = "by_hours"
    SET_OFF = "set_off"
    STAYS_DUE = "stays_due"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "lapses": "vervalt",
            "by_hours": "naar rato van uren",
            "set_off": "verrekend met de nieuwe route",
            "stays_due": "blijft verschuldigd",
        }[self.value]


class OptionState(StrEnum):
    """What was decided about an option to extend."""

    OPEN = "open"
    EXERCISED = "exercised"
    DECLINED = "declined"


class OptionAction(StrEnum):
    """What can be decided about an option."""

    EXERCISE = "exercise"
    DECLINE = "decline"


OPTION: Machine[OptionState, OptionAction] = Machine(
    initial=OptionState.OPEN,
    table={
        (OptionState.OPEN, OptionAction.EXERCISE): OptionState.EXERCISED,
        (OptionState.OPEN, OptionAction.DECLINE): OptionState.DECLINED,
    },
)


class SourceKind(StrEnum):
    """Where a prestatieafspraak or clause comes from."""

    PROMISE = "promise"
    REQUIREMENT = "requirement"
    NOTA_ANSWER = "nota_answer"
    WRITTEN = "written"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "promise": "inschrijving",
            "requirement": "programma van eisen",
            "nota_answer": "nota van inlichtingen",
            "written": "schriftelijk afgesproken",
        }[self.value]


class QualityMarkKind(StrEnum):
    """Which recognition it is: keurmerk for B1 and Z, diploma recognition for the Onderwijsroute."""

    KEURMERK = "keurmerk"
    DIPLOMA = "diploma"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {"keurmerk": "Keurmerk Inburgeren", "diploma": "diploma-erkenning"}[self.value]


class QualityMarkState(StrEnum):
    """The dated states of a recognition (practice.md C3)."""

    FIXED_TERM = "fixed_term"
    INDEFINITE = "indefinite"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "fixed_term": "geldig, bepaalde tijd",
            "indefinite": "geldig, onbepaalde tijd",
            "suspended": "geschorst",
            "withdrawn": "ingetrokken",
            "expired": "verlopen",
        }[self.value]

    @property
    def blocks_referrals(self) -> bool:
        """Whether new aanmeldingen are refused in this state; running lessons go on."""
        return self in {QualityMarkState.SUSPENDED, QualityMarkState.WITHDRAWN, QualityMarkState.EXPIRED}


class ClaimKind(StrEnum):
    """Whether an adjustment is paid to the provider or kept back."""

    BONUS = "bonus"
    MALUS = "malus"
