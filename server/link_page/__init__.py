"""The page that a link leads to: what is shared, for somebody who has no home here."""
