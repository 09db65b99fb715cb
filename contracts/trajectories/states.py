"""The life of an aanmelding, and who owns which event."""

from enum import StrEnum

from portal.states import Machine


class TrajectoryState(StrEnum):
    """Where a trajectory stands."""

    REFERRED = "referred"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAITING = "waiting"
    STARTED = "started"
    NO_SHOW = "no_show"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    FINISHED = "finished"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {
            "referred": "Aangemeld",
            "accepted": "Geaccepteerd",
            "refused": "Geweigerd",
            "waiting": "Op wachtlijst",
            "started": "Gestart",
            "no_show": "Niet verschenen",
            "interrupted": "Onderbroken",
            "stopped": "Gestopt",
            "finished": "Afgerond",
        }[self.value]

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens in this trajectory."""
        return self in {
            TrajectoryState.REFUSED,
            TrajectoryState.NO_SHOW,
            TrajectoryState.STOPPED,
            TrajectoryState.FINISHED,
        }


class TrajectoryAction(StrEnum):
    """What can be done to a trajectory."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WAIT = "wait"
    START = "start"
    NOT_SHOW = "not_show"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"


_S, _A = TrajectoryState, TrajectoryAction

TRAJECTORY: Machine[TrajectoryState, TrajectoryAction] = Machine(
    initial=_S.REFERRED,
    table={
        (_S.REFERRED, _A.ACCEPT): _S.ACCEPTED,
        (_S.REFERRED, _A.REFUSE): _S.REFUSED,
        (_S.REFERRED, _A.WAIT): _S.WAITING,
        (_S.REFERRED, _A.STOP): _S.STOPPED,
        (_S.WAITING, _A.ACCEPT): _S.ACCEPTED,
        (_S.WAITING, _A.STOP): _S.STOPPED,
        (_S.ACCEPTED, _A.WAIT): _S.WAITING,
        (_S.ACCEPTED, _A.START): _S.STARTED,
        (_S.ACCEPTED, _A.NOT_SHOW): _S.NO_SHOW,
        (_S.ACCEPTED, _A.STOP): _S.STOPPED,
        (_S.STARTED, _A.INTERRUPT): _S.INTERRUPTED,
        (_S.STARTED, _A.STOP): _S.STOPPED,
        (_S.STARTED, _A.FINISH): _S.FINISHED,
        (_S.INTERRUPTED, _A.RESUME): _S.STARTED,
        (_S.INTERRUPTED, _A.STOP): _S.STOPPED,
    },
)


class RefusalReason(StrEnum):
    """Why a provider does not take a participant."""

    NO_PLACE = "no_place"
    WRONG_ROUTE = "wrong_route"
    DISTANCE = "distance"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "no_place": "geen plaats binnen de afgesproken termijn",
            "wrong_route": "deze leerroute past niet",
            "distance": "reisafstand te groot",
            "incomplete": "aanmelding niet volledig",
        }[self.value]


class StopReason(StrEnum):
    """Why a trajectory ends early; the second group is 'einde zonder oordeel' (practice.md K5)."""

    DROPPED_OUT = "dropped_out"
    WORK = "work"
    OTHER_ROUTE = "other_route"
    MOVED_OUTSIDE = "moved_outside"
    OBLIGATION_LAPSED = "obligation_lapsed"
    DECEASED = "deceased"
    RESIDENCE_RIGHT_LAPSED = "residence_right_lapsed"
    TAKEN_OVER = "taken_over"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "dropped_out": "gestopt zonder geldige reden",
            "work": "gestopt wegens werk",
            "other_route": "overgestapt naar een andere leerroute",
            "moved_outside": "verhuisd buiten de regio",
            "obligation_lapsed": "inburgeringsplicht vervallen (besluit DUO)",
            "deceased": "overleden",
            "residence_right_lapsed": "verblijfsrecht vervallen",
            "taken_over": "overgenomen door een andere aanbieder",
        }[self.value]

    @property
    def without_judgement(self) -> bool:
        """Whether it is counted beside every percentage and never in it."""
        return self in WITHOUT_JUDGEMENT


WITHOUT_JUDGEMENT = frozenset(
    {
        StopReason.MOVED_OUTSIDE,
        StopReason.OBLIGATION_LAPSED,
        StopReason.DECEASED,
        StopReason.RESIDENCE_RIGHT_LAPSED,
        StopReason.TAKEN_OVER,
    }
)


class EventKind(StrEnum):
    """What can happen on a day."""

    REFERRED = "referred"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WAITING = "waiting"
    STARTED = "started"
    HALFWAY = "halfway"
    NO_SHOW = "no_show"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    STOPPED = "stopped"
    FINISHED = "finished"
    MOVED = "moved"
    ROUTE_SWITCHED = "route_switched"
    TERM_EXTENDED = "term_extended"
    PVT_SIGNED = "pvt_signed"
    MAP_TALK = "map_talk"
    Z_TALK = "z_talk"
    EXAM_PASSED = "exam_passed"
    EXAM_FAILED = "exam_failed"
    DIPLOMA = "diploma"

    @property
    def label(self) -> str:
        """The Dutch words for the screen."""
        return {
            "referred": "aangemeld",
            "accepted": "geaccepteerd",
            "refused": "geweigerd",
            "waiting": "op de wachtlijst gezet",
            "started": "gestart",
            "halfway": "halverwege",
            "no_show": "niet verschenen",
            "interrupted": "onderbroken",
            "resumed": "hervat",
            "stopped": "gestopt",
            "finished": "afgerond",
            "moved": "verhuisd",
            "route_switched": "overgestapt naar andere leerroute",
            "term_extended": "termijn verlengd",
            "pvt_signed": "participatieverklaring getekend",
            "map_talk": "eindgesprek MAP",
            "z_talk": "eindgesprek Z-route",
            "exam_passed": "examenonderdeel gehaald",
            "exam_failed": "examenonderdeel niet gehaald",
            "diploma": "diploma of certificaat",
        }[self.value]


class EventOwner(StrEnum):
    """Who decides whether it really happened (design: one owner per event)."""

    PROVIDER = "provider"
    MUNICIPALITY = "municipality"
    DUO = "duo"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"provider": "aanbieder", "municipality": "gemeente", "duo": "DUO"}[self.value]


class Certainty(StrEnum):
    """Provisional until the owner of the event confirmed it."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        """The Dutch word for the screen."""
        return {"provisional": "voorlopig", "confirmed": "bevestigd"}[self.value]


OWNER: dict[EventKind, EventOwner] = {
    EventKind.REFERRED: EventOwner.MUNICIPALITY,
    EventKind.ACCEPTED: EventOwner.PROVIDER,
    EventKind.REFUSED: EventOwner.PROVIDER,
    EventKind.WAITING: EventOwner.PROVIDER,
    EventKind.STARTED: EventOwner.PROVIDER,
    EventKind.HALFWAY: EventOwner.PROVIDER,
    EventKind.NO_SHOW: EventOwner.PROVIDER,
    EventKind.INTERRUPTED: EventOwner.PROVIDER,
    EventKind.RESUMED: EventOwner.PROVIDER,
    EventKind.STOPPED: EventOwner.PROVIDER,
    EventKind.FINISHED: EventOwner.PROVIDER,
    EventKind.MOVED: EventOwner.MUNICIPALITY,
    EventKind.ROUTE_SWITCHED: EventOwner.MUNICIPALITY,
    EventKind.TERM_EXTENDED: EventOwner.DUO,
    EventKind.PVT_SIGNED: EventOwner.MUNICIPALITY,
    EventKind.MAP_TALK: EventOwner.MUNICIPALITY,
    EventKind.Z_TALK: EventOwner.MUNICIPALITY,
    EventKind.EXAM_PASSED: EventOwner.DUO,
    EventKind.EXAM_FAILED: EventOwner.DUO,
    EventKind.DIPLOMA: EventOwner.DUO,
}


EVENT_OF: dict[TrajectoryAction, EventKind] = {
    TrajectoryAction.ACCEPT: EventKind.ACCEPTED,
    TrajectoryAction.REFUSE: EventKind.REFUSED,
    TrajectoryAction.WAIT: EventKind.WAITING,
    TrajectoryAction.START: EventKind.STARTED,
    TrajectoryAction.NOT_SHOW: EventKind.NO_SHOW,
    TrajectoryAction.INTERRUPT: EventKind.INTERRUPTED,
    TrajectoryAction.RESUME: EventKind.RESUMED,
    TrajectoryAction.STOP: EventKind.STOPPED,
    TrajectoryAction.FINISH: EventKind.FINISHED,
}
