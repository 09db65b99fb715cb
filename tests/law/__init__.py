"""One file for each guarantee of Annex IV of Directive 2014/24/EU: what a device for receiving offers must hold."""
