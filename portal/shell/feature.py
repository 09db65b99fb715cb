"""The pages about the portal itself: accessibility, privacy, and the building blocks."""

from portal.features import Feature
from portal.shell.commands import screenshots
from portal.shell.views import bp

FEATURE = Feature(name="portal.shell", blueprints=(bp,), commands=(screenshots,))
