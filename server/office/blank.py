"""Empty documents of each kind, made of their parts: what a new document begins as."""

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

_STAMP = (2026, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}


def blank(kind: str, language: str) -> bytes:
    """Return an empty document: the same bytes whenever it is asked for. Raises KeyError."""
    return _MAKERS[kind](LANGUAGES[language])


def _zipped(parts: Mapping[str, str], first: str = "") -> bytes:
    """Return a zip; `first` is the mimetype that ODF wants before all else, uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype", _STAMP), first, zipfile.ZIP_STORED)
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (_HEAD + text).encode())
    return out.getvalue()


def _types(overrides: Mapping[str, str]) -> str:
    told = "".join(
        f'<Override PartName="/{part}" ContentType="{_OFFICE}{kind}+xml"/>'
        for part, kind in overrides.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _docx(language: str) -> bytes:
    return _zipped(
        {
            "[Content_Types].xml": _types(
                {
                    "word/document.xml": "wordprocessingml.document.main",
                    "word/styles.xml": "wordprocessingml.styles",
                }
            ),
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": _relations(("styles", "styles.xml")),
            "word/document.xml": (
                f'<w:document xmlns:w="{_WORD}"><w:body><w:p/><w:sectPr>'
                '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" '
                'w:bottom="1417" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/>'
                "</w:sectPr></w:body></w:document>"
            ),
            "word/styles.xml": (
                f'<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
                '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/>'
                f'<w:lang w:val="{language}"/></w:rPr></w:rPrDefault></w:docDefaults>'
                '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
                '<w:name w:val="Normal"/></w:style></w:styles>'
            ),
        }
    )


def _xlsx(language: str) -> bytes:
    sheet = "Feuille1" if language.startswith("fr") else "Sheet1"
    return _zipped(
        {
            "[Content_Types].xml": _types(
                {
                    "xl/workbook.xml": "spreadsheetml.sheet.main",
                    "xl/worksheets/sheet1.xml": "spreadsheetml.worksheet",
                    "xl/styles.xml": "spreadsheetml.styles",
                }
            ),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
            ),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATIONS}"><sheets>'
                f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData/></worksheet>',
            "xl/styles.xml": (
                f'<styleSheet xmlns="{_SHEET}"><fonts count="1"><font><sz val="11"/>'
                '<name val="Arial"/></font></fonts><fills count="2"><fill><patternFill '
                'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
                '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>'
                '</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
                '<cellXfs count="1"><xf xfId="0"/></cellXfs><cellStyles count="1">'
                '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
            ),
        }
    )


def _shape(number: int, name: str, placeholder: str, language: str, box: str = "") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/>'
        f"<p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:spPr>{box}</p:spPr><p:txBody><a:bodyPr/>"
        f'<a:lstStyle/><a:p><a:endParaRPr lang="{language}"/></a:p></p:txBody></p:sp>'
    )


def _tree(shapes: str) -> str:
    return (
        '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        "</p:nvGrpSpPr><p:grpSpPr/>" + shapes + "</p:spTree></p:cSld>"
    )


def _box(y: int, height: int) -> str:
    return (
        f'<a:xfrm><a:off x="838200" y="{y}"/><a:ext cx="10515600" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


_NAMES = f'xmlns:a="{_DRAWING}" xmlns:r="{_RELATIONS}" xmlns:p="{_SLIDES}"'
_MASTER_COLOURS = "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
_SLIDE_PARTS = {
    "ppt/presentation.xml": "presentationml.presentation.main",
    "ppt/slideMasters/slideMaster1.xml": "presentationml.slideMaster",
    "ppt/slideLayouts/slideLayout1.xml": "presentationml.slideLayout",
    "ppt/slides/slide1.xml": "presentationml.slide",
    "ppt/theme/theme1.xml": "theme",
}
_SLIDE_RELATIONS = {
    "_rels/.rels": (("officeDocument", "ppt/presentation.xml"),),
    "ppt/_rels/presentation.xml.rels": (
        ("slideMaster", "slideMasters/slideMaster1.xml"),
        ("slide", "slides/slide1.xml"),
        ("theme", "theme/theme1.xml"),
    ),
    "ppt/slideMasters/_rels/slideMaster1.xml.rels": (
        ("slideLayout", "../slideLayouts/slideLayout1.xml"),
        ("theme", "../theme/theme1.xml"),
    ),
    "ppt/slideLayouts/_rels/slideLayout1.xml.rels": (
        ("slideMaster", "../slideMasters/slideMaster1.xml"),
    ),
    "ppt/slides/_rels/slide1.xml.rels": (("slideLayout", "../slideLayouts/slideLayout1.xml"),),
}


def _pptx(language: str) -> bytes:
    title, body = '<p:ph type="ctrTitle"/>', '<p:ph type="subTitle" idx="1"/>'
    boxed = _shape(2, "Title", title, language, _box(1122363, 2387600))
    boxed += _shape(3, "Subtitle", body, language, _box(3602038, 1655762))
    plain = _shape(2, "Title", title, language) + _shape(3, "Subtitle", body, language)
    relations = {name: _relations(*targets) for name, targets in _SLIDE_RELATIONS.items()}
    return _zipped(
        {
            "[Content_Types].xml": _types(_SLIDE_PARTS),
            **relations,
            "ppt/presentation.xml": (
                f'<p:presentation {_NAMES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" '
                'r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rId2"/>'
                '</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/>'
                '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
            ),
            "ppt/slideMasters/slideMaster1.xml": _slide_master(language),
            "ppt/slideLayouts/slideLayout1.xml": (
                f'<p:sldLayout {_NAMES} type="title">{_tree(boxed)}{_MASTER_COLOURS}</p:sldLayout>'
            ),
            "ppt/slides/slide1.xml": f"<p:sld {_NAMES}>{_tree(plain)}{_MASTER_COLOURS}</p:sld>",
            "ppt/theme/theme1.xml": _theme(),
        }
    )


def _slide_master(language: str) -> str:
    shapes = _shape(2, "Title", '<p:ph type="title"/>', language, _box(365125, 1325563))
    shapes += _shape(3, "Text", '<p:ph type="body" idx="1"/>', language, _box(1825625, 4351338))
    colours = " ".join(
        f'{name}="{value}"'
        for name, value in (
            *(("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2")),
            *((f"accent{number}", f"accent{number}") for number in range(1, 7)),
            *(("hlink", "hlink"), ("folHlink", "folHlink")),
        )
    )
    return (
        f"<p:sldMaster {_NAMES}>{_tree(shapes)}<p:clrMap {colours}/><p:sldLayoutIdLst>"
        '<p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
    )


def _theme() -> str:
    colours = {
        "dk1": "000000",
        "lt1": "FFFFFF",
        "dk2": "24201C",
        "lt2": "FAF7F2",
        "accent1": "A8401A",
        "accent2": "1F6B3A",
        "accent3": "24567A",
        "accent4": "8A6D1B",
        "accent5": "6B3A7A",
        "accent6": "665D54",
        "hlink": "24567A",
        "folHlink": "6B3A7A",
    }
    told = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in colours.items()
    )
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        f'<a:theme xmlns:a="{_DRAWING}" name="Foyer"><a:themeElements>'
        f'<a:clrScheme name="Foyer">{told}</a:clrScheme><a:fontScheme name="Foyer">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Foyer"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>'
        + f"<a:ln>{fill}</a:ln>" * 3
        + "</a:lnStyleLst><a:effectStyleLst>"
        + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
        + f"</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def _odf(mime: str, body: str, language: str) -> bytes:
    code, _, country = language.partition("-")
    names = " ".join(
        f'xmlns:{prefix}="{_ODF}{name}:1.0"'
        for prefix, name in (
            *(("office", "office"), ("style", "style"), ("text", "text"), ("table", "table")),
            *(("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")),
        )
    )
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", mime), ("content.xml", "text/xml"), ("styles.xml", "text/xml"))
    )
    return _zipped(
        {
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0" '
                f'manifest:version="1.3">{manifest}</manifest:manifest>'
            ),
            "content.xml": (
                f'<office:document-content {names} office:version="1.3"><office:body>{body}'
                "</office:body></office:document-content>"
            ),
            "styles.xml": (
                f'<office:document-styles {names} office:version="1.3"><office:styles>'
                f"{_default_style(code, country)}</office:styles><office:automatic-styles>"
                '<style:page-layout style:name="pm1"><style:page-layout-properties '
                'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>'
                "</style:page-layout></office:automatic-styles><office:master-styles>"
                '<style:master-page style:name="Standard" style:page-layout-name="pm1"/>'
                "</office:master-styles></office:document-styles>"
            ),
        },
        mime,
    )


def _default_style(code: str, country: str) -> str:
    return (
        '<style:default-style style:family="paragraph"><style:text-properties '
        f'fo:language="{code}" fo:country="{country}" fo:font-size="11pt"/></style:default-style>'
    )


def _odt(language: str) -> bytes:
    body = "<office:text><text:p/></office:text>"
    return _odf("application/vnd.oasis.opendocument.text", body, language)


def _ods(language: str) -> bytes:
    name = "Feuille1" if language.startswith("fr") else "Sheet1"
    body = (
        f'<office:spreadsheet><table:table table:name="{name}"><table:table-column/>'
        "<table:table-row><table:table-cell/></table:table-row></table:table></office:spreadsheet>"
    )
    return _odf("application/vnd.oasis.opendocument.spreadsheet", body, language)


def _odp(language: str) -> bytes:
    body = (
        '<office:presentation><draw:page draw:name="page1" draw:master-page-name="Standard"/>'
        "</office:presentation>"
    )
    return _odf("application/vnd.oasis.opendocument.presentation", body, language)


def _pdf(language: str) -> bytes:
    """Return a form of one page with one field to write in (ISO 32000 12.7)."""
    label = "Votre texte" if language.startswith("fr") else "Your text"
    objects = (
        "<</Type/Catalog/Pages 2 0 R/Lang("
        + language
        + ")/AcroForm<</Fields[4 0 R]/DR<</Font<</Helv 5 0 R>>>>/DA(/Helv 0 Tf 0 g)"
        "/NeedAppearances true>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R]"
            "/Resources<</Font<</Helv 5 0 R>>>>>>"
        ),
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(text)/TU("
        + label
        + ")/F 4/Ff 4096/P 3 0 R/Rect[56 560 539 786]/DA(/Helv 12 Tf 0 g)"
        "/MK<</BC[.55 .51 .47]>>/BS<</W 1/S/S>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, told in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{told}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    trailer = f"<</Size {len(objects) + 1}/Root 1 0 R>>"
    return bytes(out) + f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode()


_MAKERS: Mapping[str, Callable[[str], bytes]] = {
    "docx": _docx,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "odt": _odt,
    "ods": _ods,
    "odp": _odp,
    "pdf": _pdf,
}
KINDS = tuple(_MAKERS)
