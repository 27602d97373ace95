"""Strings that have broken other programs: what a spreadsheet runs, and what a page or a store trips over."""

_STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "﹦")
_WHAT = ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://x.example","打开")', "SUM(A1:A9)", "IMPORTXML(1,2)")
INJECTIONS = tuple(start + what for start in _STARTS for what in _WHAT)
"""60 beginnings a spreadsheet might take for a formula."""

APOSTROPHES = ("'=1", "''=1", "'''+1", "'", "''", "'x", "'-", "' =1", "'\t=1")

NAUGHTY = (
    "undefined", "null", "None", "NaN", "-1", "1e309", "0x10", "00012", "1/2", "2026-03-02", "TRUE", "是",
    "\u202eabc", "abc\u200bdef", "\ufeffabc", "\u2066abc\u2069", "a\u00adb", "שלום עולם", "مرحبا", "हिन्दी\u200d",
    "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "𠜎𠜱", "e\u0301\u0323", "Ａ１", "ﷺ", "a\x00b", "a\x1bb", "\x7f",
    "a\u2028b", "\ud7ff\ue000", "\uffff",
    " a", "a ", "\u3000a", "a\nb", "a\r\nb", "长" * 121, "x" * 4_000, "x" * 4_001,
    "<script>alert(1)</script>", "<r><t>x</t></r>", "<r></r>", "&amp;", "]]>", "_x0041_", "_x005F_x0041_", "_xD800_",
    '"', '""', ",", ";", "a;b,c\td", "\\", "{{7*7}}", "%s", "${x}", "'; drop table product; --", "../../etc/passwd",
)  # fmt: skip
