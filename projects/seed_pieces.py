"""The papers of the fictional structures: real files, which say that they are invented."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from label.templatetags.label_ui import jour
from projects.piece.actions import add_piece

FICTIF = "Document fictif, joint pour la démonstration."
# What each piece asked says, in order of the édition; a last one for what an édition would ask besides.
TEXTES = (
    (
        "Le conseil d’administration, réuni à l’invitation de sa présidence,",
        "autorise la personne qui représente l’association à déposer une demande",
        "au Label Actions Innovantes et à signer tout document qui s’y rapporte.",
        "Décision prise à l’unanimité des membres présents.",
    ),
    (
        "Compte de résultat approuvé par l’assemblée générale :",
        "charges de l’exercice 18 400 euros, produits 19 150 euros,",
        "excédent 750 euros, affecté au report à nouveau.",
        "Trésorerie à la clôture : 6 320 euros.",
    ),
    ("Pièce demandée par l’édition.",),
)
# Nobody's street: sky, walls and ground, by turns.
COULEURS = (
    ("#bfd8e6", "#b5654a", "#5f7f58"),
    ("#f0d9b5", "#7d8796", "#6b6f4b"),
    ("#cfe3d4", "#c29a5b", "#4f6f73"),
)


def join_pieces(dossier, rang, porteur, at):
    """Every piece asked, and the picture of a place for one dossier in four."""
    for place, demandee in enumerate(dossier.edition.pieces_demandees.filter(is_obligatoire=True).order_by("ordre")):
        lines = (dossier.structure.nom, f"Le {jour(at)}", "", *TEXTES[min(place, len(TEXTES) - 1)], "", FICTIF)
        fichier = SimpleUploadedFile(f"{demandee.nom}.pdf", pdf(demandee.nom, lines), "application/pdf")
        add_piece(dossier, fichier=fichier, by=porteur, demandee=demandee, at=at)
    if rang % 4 == 0:
        fichier = SimpleUploadedFile("La place du quartier.jpg", picture(rang), "image/jpeg")
        add_piece(dossier, fichier=fichier, by=porteur, at=at)


def pdf(title, lines):
    """One page A4: a title, then lines. Its letters are those of Western Europe."""
    said = [("F2 20 Tf", title), *(("F1 12 Tf", line) for line in lines)]
    shown = "\n".join(f"/{font} ({_escaped(text)}) Tj T*" for font, text in said)
    page = f"BT 22 TL 72 750 Td\n{shown}\nET".encode("windows-1252", "replace")
    font = "<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/{}>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(page), page),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for rang, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (rang, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def _escaped(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def picture(rang):
    """A drawn square with its buildings, as a phone would send it (JPEG)."""
    ciel, mur, sol = COULEURS[rang % len(COULEURS)]
    image = Image.new("RGB", (1200, 800), ciel)
    dessin = ImageDraw.Draw(image)
    dessin.rectangle((0, 600, 1200, 800), fill=sol)
    for place in range(4):
        haut = 180 + (rang * 37 + place * 91) % 220
        gauche = 60 + place * 290
        dessin.rectangle((gauche, haut, gauche + 220, 600), fill=mur)
        for etage in range(haut + 30, 560, 70):
            for fenetre in range(gauche + 25, gauche + 190, 60):
                dessin.rectangle((fenetre, etage, fenetre + 32, etage + 40), fill=ciel)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
