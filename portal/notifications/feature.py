"""Messages as the shell sees them."""

from portal.features import Feature
from portal.notifications.commands import test_mail
from portal.notifications.views import bp

FEATURE = Feature(name="portal.notifications", blueprints=(bp,), commands=(test_mail,))
