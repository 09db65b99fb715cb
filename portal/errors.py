"""What can be refused, as Dutch sentences a person can act on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Objection:
    """One thing that stands in the way: a sentence, and the form field it belongs to when there is one."""

    message: str
    field: str | None = None


class PortalError(Exception):
    """A refusal with a sentence for the person who asked."""

    status = 400
    title = "Dit kan niet"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(PortalError):
    """The rules object; carries every objection so that a form can show them at its fields."""

    status = 422

    def __init__(self, objections: Iterable[Objection]) -> None:
        self.objections = list(objections)
        super().__init__(" ".join(objection.message for objection in self.objections))


class TransitionRefused(PortalError):
    """The thing is in a state in which the action is not possible."""

    status = 409

    def __init__(self, action: str, state: str) -> None:
        super().__init__("Dit kan niet meer. De toestand is intussen veranderd; bekijk de pagina opnieuw.")
        self.action, self.state = action, state


class NotFound(PortalError):
    """There is no such record, or it is not for this viewer: both look the same."""

    status = 404
    title = "Deze pagina bestaat niet (meer)"

    def __init__(self) -> None:
        super().__init__("Deze pagina bestaat niet (meer). Zoek op nummer of naam, of ga naar Mijn werk.")


class NotYours(PortalError):
    """The viewer may see the record but another has to do this; says who."""

    status = 403
    title = "Dit kunt u niet zelf doen"

    def __init__(self, who_can: str) -> None:
        super().__init__(f"U kunt dit niet wijzigen. Dat kan alleen {who_can}.")
        self.who_can = who_can


class NotForYou(NotYours):
    """The viewer may not see the page at all; says who may."""

    title = "U mag deze pagina niet bekijken"

    def __init__(self, who_can: str) -> None:
        super().__init__(who_can)
        self.message = f"Deze pagina is alleen voor {who_can}."


class Changed(PortalError):
    """Somebody else changed the record while this viewer was typing."""

    status = 409
    title = "Intussen gewijzigd"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or "Dit is intussen gewijzigd, door iemand anders of in een ander tabblad. Wat u typte, staat hieronder en "
            "is nog niet opgeslagen. Bij elk gewijzigd veld leest u wat er nu staat. Verstuurt u opnieuw, dan geldt "
            "uw invoer."
        )


class StaleForm(PortalError):
    """The form stood open so long that its token against forged requests no longer counts."""

    title = "Uw formulier is verlopen"

    def __init__(self, *, with_files: bool = False) -> None:
        files = " Kies ook uw bestanden opnieuw; die konden wij niet bewaren." if with_files else ""
        super().__init__(
            "Uw formulier stond te lang open. Er is niets gewijzigd. Controleer uw invoer en verstuur opnieuw." + files
        )


def refuse_if(objections: Iterable[Objection]) -> None:
    """Raise `Refused` when there is at least one objection."""
    found = list(objections)
    if found:
        raise Refused(found)
