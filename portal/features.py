"""What a feature adds to the shell: pages, tasks, terms, links, demo data. The shell asks; it knows no feature."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app

from portal.access import Permission, Role, Viewer

if TYPE_CHECKING:
    import click

    from portal.demo import DemoWorld


@dataclass(frozen=True)
class Task:
    """One thing that waits for a viewer on Mijn werk; `title` is verb and object, `url` the very screen."""

    title: str
    url: str
    when: date | None = None
    tone: str = "info"
    state: str = "Te doen"
    second: str = ""


@dataclass(frozen=True)
class Term:
    """A date that comes nearer."""

    on: date
    text: str
    url: str


@dataclass(frozen=True)
class Link:
    """A link from a thing to a page of an upper storey that hangs on it; `station` is its place in the chain."""

    text: str
    url: str
    second: str = ""
    station: str = ""


@dataclass(frozen=True)
class NavItem:
    """One item of the navigation bar, shown to who has the permission, in `order`; a role may have its own."""

    label: str
    endpoint: str
    permission: Permission
    order: int = 50
    order_for: Mapping[Role, int] = field(default_factory=dict)

    def order_of(self, viewer: Viewer) -> int:
        """Return where the item stands for a viewer: the best place one of his roles gives it."""
        return min((self.order_for[role] for role in viewer.roles if role in self.order_for), default=self.order)


@dataclass(frozen=True)
class Hit:
    """One answer to a search."""

    text: str
    url: str
    second: str = ""


@dataclass(frozen=True)
class Step:
    """One thing that happened in the demo's past; `rank` orders steps of the same instant."""

    at: datetime
    run: Callable[[], Any]
    rank: int = 0


@dataclass(frozen=True)
class Feature:
    """A feature as the shell sees it; portal/app.py holds the list."""

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    tasks: Callable[[Viewer], Iterable[Task]] | None = None
    terms: Callable[[Viewer], Iterable[Term]] | None = None
    related: Callable[[str, uuid.UUID], Iterable[Link]] | None = None
    search: Callable[[Viewer, str], Iterable[Hit]] | None = None
    navigation: tuple[NavItem, ...] = ()
    demo: Callable[[DemoWorld], Iterable[Step]] | None = None
    audit_sentences: dict[str, str] = field(default_factory=dict)
    commands: tuple[click.Command, ...] = ()
    mails: dict[str, str] = field(default_factory=dict)
    on_start: Callable[[], None] | None = None
    seed: Callable[[], None] | None = None


def all_features() -> tuple[Feature, ...]:
    """Return the features of the running application, lowest storey first."""
    return tuple(current_app.extensions.get("portal_features", ()))


def related_links(kind: str, identity: uuid.UUID) -> list[Link]:
    """Return the links that upper storeys hang on a thing; `kind` is its table name."""
    return [
        link
        for feature in all_features()
        if feature.related is not None
        for link in feature.related(kind, identity)
    ]


def tasks_for(viewer: Viewer) -> list[Task]:
    """Return everything that waits for a viewer, soonest first, undated last."""
    found = [task for feature in all_features() if feature.tasks for task in feature.tasks(viewer)]
    return sorted(found, key=lambda task: (task.when is None, task.when or date.max, task.title))


def terms_for(viewer: Viewer) -> list[Term]:
    """Return the dates that concern a viewer, soonest first."""
    found = [term for feature in all_features() if feature.terms for term in feature.terms(viewer)]
    return sorted(found, key=lambda term: (term.on, term.text))


def navigation_for(viewer: Viewer) -> list[NavItem]:
    """Return the items of the navigation bar that a viewer may open; at most six."""
    items = [item for feature in all_features() for item in feature.navigation if viewer.may(item.permission)]
    return sorted(items, key=lambda item: item.order_of(viewer))[:6]


def search_for(viewer: Viewer, words: str) -> list[Hit]:
    """Return what a viewer may see that fits the words."""
    return [hit for feature in all_features() if feature.search for hit in feature.search(viewer, words)]


def seed_reference_data() -> None:
    """Load what every installation needs (catalogue, rules); may be run again at any time."""
    for feature in all_features():
        if feature.seed is not None:
            feature.seed()
