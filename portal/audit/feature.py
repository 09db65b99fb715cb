"""The audit trail as the shell sees it: a list for beheer and the commands that check the chain."""

from portal.access import Permission
from portal.audit.commands import audit_group
from portal.audit.views import bp
from portal.features import Feature, NavItem

FEATURE = Feature(
    name="portal.audit",
    blueprints=(bp,),
    navigation=(NavItem("Logboek", "portal_audit.index", Permission.AUDIT_READ, 90),),
    audit_sentences={"access:refused": "kreeg geen toegang tot een pagina"},
    commands=(audit_group,),
)
