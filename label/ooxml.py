"""Workbooks saved as «Strict Open XML», put back under the names everybody reads."""

import io
import re
import zipfile

from django.core.files.uploadedfile import UploadedFile

# Excel also saves the same parts under other names, «Strict Open XML», in which openpyxl finds no sheet.
_STRICT = re.compile(rb"""(=\s*["'])http://purl\.oclc\.org/ooxml/(\w+)/""")
_ORDINAIRE = rb"\1http://schemas.openxmlformats.org/\2/2006/"


def transitional(fichier: UploadedFile) -> UploadedFile | io.BytesIO:
    """The workbook under the names everybody reads: itself, or a copy when it is a strict one."""
    with zipfile.ZipFile(fichier) as archive:
        names = archive.namelist()
        if not any(_STRICT.search(archive.read(name)) for name in names if name.endswith(".rels")):
            return fichier
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as other:
            for name in names:
                content = archive.read(name)
                is_xml = name.endswith((".xml", ".rels"))
                other.writestr(name, _STRICT.sub(_ORDINAIRE, content) if is_xml else content)
    return copy
