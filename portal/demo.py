"""The demo: a plausible region told in order of time through the real services, from a seed and today's date."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.access import Role, Viewer
from portal.accounts import passwords, services
from portal.accounts.models import Organisation, OrganisationKind
from portal.accounts.queries import viewer_by_email
from portal.db import Base, db, writing
from portal.features import Step, all_features, seed_reference_data
from portal.notifications import delivered_to_folder

PASSWORD = "welkom-in-de-demo"  # noqa: S105 - printed on the sign-in page of the demo, and nowhere else
YEARS_BACK = 3

MUNICIPALITIES = (
    ("Lansingerland", "lansingerland", "00000001001621000000", "Bleiswijk"),
    ("Pijnacker-Nootdorp", "pijnacker-nootdorp", "00000001001926000000", "Pijnacker"),
    ("Zoetermeer", "zoetermeer", "00000001000637000000", "Zoetermeer"),
    ("Rotterdam", "rotterdam", "00000001000599000000", "Rotterdam"),
)
PROVIDERS = (
    ("Taalhuis de Waterlinie", "taalhuis-de-waterlinie", "90001338", "Zoetermeer"),
    ("Route Delta", "route-delta", "90001354", "Pijnacker"),
    ("Stichting Samen Vooruit", "samen-vooruit", "90001362", "Bergschenhoek"),
)
BOTH = (Role.PROVIDER, Role.PROVIDER_ADMIN)


@dataclass(frozen=True)
class Account:
    """A demo account as the sign-in page shows it."""

    email: str
    name: str
    organisation: str
    roles: tuple[Role, ...]
    also_in: tuple[tuple[str, tuple[Role, ...]], ...] = ()


ACCOUNTS = (
    Account("inkoop@lansingerland.example", "Inkoper Lansingerland", "lansingerland", (Role.BUYER, Role.ASSESSOR)),
    Account("inkoop@zoetermeer.example", "Inkoper Zoetermeer", "zoetermeer",
            (Role.BUYER, Role.ASSESSOR, Role.REFERRER)),
    Account("beoordelaar@pijnacker-nootdorp.example", "Beoordelaar Pijnacker-Nootdorp", "pijnacker-nootdorp",
            (Role.ASSESSOR,)),
    Account("contract@lansingerland.example", "Contractmanager Lansingerland", "lansingerland",
            (Role.CONTRACT_MANAGER, Role.REFERRER)),
    Account("financien@lansingerland.example", "Financiën Lansingerland", "lansingerland", (Role.FINANCE,)),
    Account("financien@zoetermeer.example", "Financiën Zoetermeer", "zoetermeer", (Role.FINANCE,)),
    Account("regio@pijnacker-nootdorp.example", "Regio Pijnacker-Nootdorp", "pijnacker-nootdorp",
            (Role.PARTNER, Role.REFERRER)),
    Account("regio@rotterdam.example", "Regio Rotterdam", "rotterdam", (Role.PARTNER,), (("rotterdam", (Role.PROVIDER,)),)),
    Account("beleid@lansingerland.example", "Beleidsadviseur Lansingerland", "lansingerland", (Role.ASSESSOR,)),
    Account("beheer@lansingerland.example", "Beheer Lansingerland", "lansingerland", (Role.ADMIN,)),
    Account("info@taalhuis-de-waterlinie.example", "Taalhuis de Waterlinie", "taalhuis-de-waterlinie", BOTH),
    Account("info@route-delta.example", "Route Delta", "route-delta", BOTH),
    Account("info@samen-vooruit.example", "Stichting Samen Vooruit", "samen-vooruit", BOTH),
)  # fmt: skip


@dataclass
class DemoWorld:
    """What the features' demo data share: the day, one source of chance, who is who, and each other's ids."""

    today: date
    rng: random.Random
    remember: dict[str, Any] = field(default_factory=dict)
    _viewers: dict[tuple[str, Role | None], Viewer] = field(default_factory=dict)

    def viewer(self, email: str, role: Role | None = None) -> Viewer:
        """Return a demo account as a viewer: in its first membership, or the one with a role."""
        key = (email, role)
        if key not in self._viewers:
            self._viewers[key] = viewer_by_email(email, role=role)
        return self._viewers[key]

    def organisation(self, slug: str) -> Organisation:
        """Return an organisation by its short name, such as "route-delta"."""
        return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()

    def municipality(self, name: str) -> Any:
        """Return the municipality (catalogue) by its name."""
        table = next(m.class_ for m in Base.registry.mappers if m.class_.__name__ == "Municipality")
        return db.session.scalars(select(table).where(table.name == name)).one()


def add_organisations_and_accounts() -> None:
    """Make the demo's organisations and accounts; nothing when they are there."""
    if db.session.scalars(select(Organisation).limit(1)).first() is not None:
        return
    places: dict[str, Organisation] = {}
    for name, slug, oin, city in MUNICIPALITIES:
        places[slug] = services.add_organisation(
            kind=OrganisationKind.MUNICIPALITY, name=name, slug=slug, oin=oin, city=city,
            street="Raadhuisplein 1", postcode="2600 AA", email=f"facturen@{slug}.example",
        )  # fmt: skip
    for name, slug, kvk, city in PROVIDERS:
        places[slug] = services.add_organisation(
            kind=OrganisationKind.PROVIDER, name=name, slug=slug, kvk=kvk, city=city, street="Kade 12",
            postcode="2700 BB", email=f"info@{slug}.example", vat_number=f"NL{kvk}0B01",
            iban="NL91ABNA0417164300",
        )  # fmt: skip
    password_hash = passwords.hash_password(PASSWORD)
    for account in ACCOUNTS:
        for slug, roles in ((account.organisation, account.roles), *account.also_in):
            services.add_user(
                email=account.email, name=account.name, password_hash=password_hash,
                organisation=places[slug], roles=roles,
            )  # fmt: skip


def run(today: date | None = None, *, say: Callable[[str], None] = lambda _text: None) -> DemoWorld:
    """Fill an empty database with the demo: steps of all features in order of time, each one transaction."""
    world = DemoWorld(today or clock.today(), random.Random(20261124))  # noqa: S311 - demo data, no secrets
    began = datetime.combine(world.today, datetime.min.time(), UTC) - timedelta(days=365 * YEARS_BACK)
    with clock.at(began), writing():
        add_organisations_and_accounts()
        db.session.flush()
        seed_reference_data()
    steps: list[tuple[datetime, int, int, str, Step]] = []
    for number, feature in enumerate(all_features()):
        if feature.demo is None:
            continue
        with writing():
            found: Iterable[Step] = list(feature.demo(world))
        steps += [(step.at, step.rank, number, feature.name, step) for step in found]
    steps.sort(key=lambda item: item[:3])
    started, shown = time.monotonic(), 0.0
    for index, (at, _rank, _number, name, step) in enumerate(steps, 1):
        try:
            with clock.at(min(at, clock.now())), delivered_to_folder(), writing():
                step.run()
        except Exception as error:
            error.add_note(f"demo step of {name} at {at:%Y-%m-%d %H:%M}")
            raise
        db.session.expunge_all()
        if time.monotonic() - shown > 2:
            shown = time.monotonic()
            say(f"  {index} of {len(steps)} steps, {at:%Y-%m} ({shown - started:.0f} s)")
    return world
