"""Jobs as the shell sees them."""

from portal.features import Feature
from portal.jobs.commands import work
from portal.jobs.views import bp

FEATURE = Feature(name="portal.jobs", blueprints=(bp,), commands=(work,))
