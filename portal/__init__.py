"""The kernel and shell of the Inkoopportaal Inburgering; knows no feature (only portal.app does)."""
