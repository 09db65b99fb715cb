"""House rules as code: a rule without a check is a wish."""
