"""Mijn werk and search, the pages that only ask the features."""

from portal.access import Permission
from portal.features import Feature, NavItem
from portal.work.views import bp

FEATURE = Feature(
    name="portal.work",
    blueprints=(bp,),
    navigation=(NavItem("Mijn werk", "portal_work.index", Permission.SELF, 0),),
)
