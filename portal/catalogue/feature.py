"""The catalogue as the shell sees it."""

from portal.catalogue.services import seed_catalogue
from portal.catalogue.views import bp
from portal.features import Feature

FEATURE = Feature(name="portal.catalogue", blueprints=(bp,), seed=seed_catalogue)
