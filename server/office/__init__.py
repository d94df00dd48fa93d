"""Editing office documents with an ONLYOFFICE Document Server, and getting every save back."""
