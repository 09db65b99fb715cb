"""Accounts as the shell sees them."""

from portal.accounts.views import bp
from portal.features import Feature

FEATURE = Feature(
    name="portal.accounts",
    blueprints=(bp,),
    audit_sentences={
        "account:organisation:add": "voegde {name} toe",
        "account:user:add": "gaf toegang tot {organisation}",
        "account:session:start": "meldde zich aan",
        "account:session:end": "meldde zich af",
        "account:session:switch": "ging verder in een andere organisatie",
        "account:session:refused": "weigerde een verkeerd wachtwoord of een verkeerde code",
        "account:user:password": "koos een nieuw wachtwoord",
    },
)
