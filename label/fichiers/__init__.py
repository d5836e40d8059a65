"""Files that people join to something: judged by their content, drawn small, held for the antivirus, kept, given back.

Nothing here knows what a file is joined to.
"""
