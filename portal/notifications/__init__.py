"""Mail: `notify` puts it in the outbox; the worker sends it."""

from portal.notifications.models import OutboxMessage
from portal.notifications.queries import members_of, recipients_of
from portal.notifications.services import delivered_to_folder, notify, send_waiting

__all__ = ["OutboxMessage", "delivered_to_folder", "members_of", "notify", "recipients_of", "send_waiting"]
