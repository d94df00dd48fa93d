"""The one look of all pages: templates, words, style, and how a page is put together."""
