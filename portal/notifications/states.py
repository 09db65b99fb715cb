"""The life of a message in the outbox."""

from enum import StrEnum

from portal.states import Machine


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class MessageAction(StrEnum):
    SEND = "send"
    GIVE_UP = "give_up"
    RETRY = "retry"


MESSAGE = Machine(
    initial=MessageState.WAITING,
    table={
        (MessageState.WAITING, MessageAction.SEND): MessageState.SENT,
        (MessageState.WAITING, MessageAction.GIVE_UP): MessageState.FAILED,
        (MessageState.FAILED, MessageAction.RETRY): MessageState.WAITING,
    },
)
