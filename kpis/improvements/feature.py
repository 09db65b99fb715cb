"""Verbeteracties as the shell sees them: tables first, pages follow."""

from __future__ import annotations

from portal.features import Feature

FEATURE = Feature(name="kpis.improvements")
