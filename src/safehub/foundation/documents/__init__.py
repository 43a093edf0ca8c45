"""One document tree, rendered to Word, PDF, HTML and JSON; spreadsheets and CSV in and out."""
