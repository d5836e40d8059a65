"""The bytes of real PDFs, small ones: a page, its table, its end."""

from io import BytesIO

import pikepdf


def pdf(words=b"Statuts", *, root=b"", objects=(), pages=1):
    """A PDF of `pages` pages that say `words`; `root`: more entries of its catalog; `objects`: more objects (5…)."""
    stream = b"BT /F1 24 Tf 20 100 Td (" + words + b") Tj ET"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b"3 0 R" if pages else b""),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        *objects,
    ]
    written, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(bodies) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def rewritten(content, **options):
    """The same PDF as qpdf writes it with these options of `pikepdf.Pdf.save`."""
    file = BytesIO()
    with pikepdf.Pdf.open(BytesIO(content)) as opened:
        opened.save(file, **options)
    return file.getvalue()


PDF = pdf()
