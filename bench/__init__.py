"""How fast the application is, with 5,000 dossiers and 20,000 notes: `make bench`, by hand."""
