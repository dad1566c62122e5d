"""The control words of RTF (version 1.9.1) that matter here."""

ADDRESSES = {
    b"template": "The template",
    b"nextfile": "The file to print next",
    b"file": "A part of the document",
    b"mmdatasource": "The data source of a mail merge",
    b"mmheadersource": "The headings of a mail merge",
    b"fontfile": "A font",
    b"xform": "A style sheet",
}
"""Destinations that hold an address, and what Word fetches from it."""

CONNECTIONS = frozenset({b"mmconnectstr", b"mmodsoudl", b"mmodsosrc", b"mmconnectstrdata", b"mmodsoudldata"})
"""Destinations that hold a connection to a database, or an address."""

PICTURE_PROPERTIES = frozenset({"pibname", "pibprintname", "fillblipname", "linefillblipname"})
"""Properties of a shape that hold the address of a picture."""

CODE_PAGES = frozenset(
    (
        0,
        437,
        708,
        709,
        710,
        711,
        720,
        737,
        775,
        819,
        *range(850, 875),
        932,
        936,
        949,
        950,
        *range(1250, 1259),
        1361,
        54936,
    )
) | frozenset((*range(10000, 10083), *range(20866, 20867), 21866, *range(28591, 28606), 65001))
"""Those of DOS, Windows and Mac OS, and of ISO 8859; 65000, in which `+AEQ-` is a D, is not one of them."""

SYMBOLS = {
    b"tab": "\t",
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"column": "\n",
    b"cell": "\n",
    b"row": "\n",
    b"nestcell": "\n",
    b"softline": "\n",
    b"lquote": "'",
    b"rquote": "'",
    b"ldblquote": '"',
    b"rdblquote": '"',
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
    b"qmspace": " ",
}
"""What stands for a character."""

UNSEEN = frozenset(
    b"bkmkstart bkmkend datafield formfield atrfstart atrfend atnid atnauthor atndate atnref protstart protend "
    b"mvfmf mvfml mvtof mvtol wgrffmtfilter".split()
)
"""Destinations that every reader takes out of a field's instruction."""

FORMATS = frozenset(b"cs ts ds s".split())
"""Formats that may stand behind an asterisk, and are no destination."""

DESTINATIONS = frozenset(
    b"aftncn aftnsep aftnsepc annotation author background buptim category colortbl comment company creatim do doccomm "
    b"doctemp docvar dptxbxtext falt fchars fname fontemb fonttbl footer footerf footerl footerr footnote ftncn ftnsep "
    b"ftnsepc g header headerf headerl headerr hlinkbase info keywords lchars levelnumbers leveltext list listlevel "
    b"listname listoverride listtable listtext manager nesttableprops nonesttables nonshppict operator panose pict "
    b"pntext pntxta pntxtb printim private propname result revtbl revtim rtf rxe shp shpgrp shpinst shppict shprslt "
    b"shptxt sn sp staticval stylesheet subject sv tc title txe upr userprops xe xmlattrname xmlattrvalue".split()
)
"""Destinations that need no asterisk: whether their text belongs to an instruction depends on the reader."""
