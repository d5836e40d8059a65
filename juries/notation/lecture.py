"""A dossier as the jury reads it: its long answers under their headings, empty ones left out."""

GROUPES_DE_TEXTES = (
    ("Le projet", ("besoin", "innovation", "objectifs", "actions", "partenaires", "participation")),
    ("Territoire et publics", ("lieux", "publics", "beneficiaires", "part_qpv")),
    ("Calendrier et moyens", ("etapes", "moyens_humains", "moyens_materiels")),
    ("Évaluation", ("evaluation",)),
)


def sections_of(dossier):
    """[(heading, [(label, text or number)])] of what the porteur wrote."""
    found = []
    for titre, names in GROUPES_DE_TEXTES:
        lines = [
            (label[:1].upper() + label[1:], value)
            for name in names
            if (value := getattr(dossier, name)) not in ("", None)
            for label in [str(dossier._meta.get_field(name).verbose_name)]
        ]
        if lines:
            found.append((titre, lines))
    return found
