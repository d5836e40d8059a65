"""The kinds of file that are joined, and how they are named: every other place says them from here."""

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

# {MIME type: the extension its name is given}
FORMATS = {PDF: "pdf", PNG: "png", JPEG: "jpg", DOCX: "docx", XLSX: "xlsx", ODT: "odt", ODS: "ods"}
IMAGES = frozenset({PNG, JPEG})
# What a browser may show by itself; the rest is always downloaded.
AFFICHABLES = IMAGES | {PDF}
# Other endings people's machines give to these kinds: taken off before the right one is put.
EXTENSIONS = frozenset({*FORMATS.values(), "jpeg", "jpe", "jfif"})
ACCEPTES = "PDF, PNG, JPEG, DOCX, XLSX, ODT ou ODS"
# The kinds are named too: a telephone offers its camera, and turns its own format of photo into JPEG, on those.
ATTRIBUT_ACCEPT = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods,image/png,image/jpeg,application/pdf"
