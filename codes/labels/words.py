"""Every word that is drawn: one place, because the embedded font holds these glyphs and no others."""

NAME = "浙品码"
ONLY = "只认"               # before the host, which a copied page cannot have
PROOF = "印刷样张"
DEMO = "演示"
JOB = "GTIN {gtin}  批次 {batch}  序号 {first}–{last}  第 {page}/{pages} 页"
LOT = "  批号 {lot}"

GUIDE_TITLE = ("浙品码印制尺寸", "Printing sizes of the product code")
SIDE = ("码宽", "symbol")
TOTAL = ("含空白", "with quiet zone")
MODULE = ("模块宽 X", "module X")
SIZES = (("最小", "smallest"), ("推荐", "target"), ("最大", "largest"))
TRUE_SIZE = ("原大，请按 100 % 打印并量此标尺", "True size: print at 100 % and measure this rule")
SYMBOLS = (
    ("素面、圆角：{side} × {side} 模块，纠错等级 Q", "Plain and rounded: {side} × {side} modules, level Q"),
    ("带标：{side} × {side} 模块，纠错等级 H", "With the mark: {side} × {side} modules, level H"),
)
RULES = (
    ("四周各留 4 个模块宽的空白，不放文字、图案、折线和裁切线。",
     "Keep 4 modules clear on every side: no text, pattern, fold or cut."),
    ("深色印在浅色上，不反白，不用渐变。红、橙、黄在红光扫描器下看不见。",
     "Dark on light, never reversed, no gradient. Red, orange and yellow vanish under a red-light scanner."),
    ("符号反差不低于 40 %，宜在 70 % 以上；印后按 ISO/IEC 15415 检测，不低于 1.5 级。",
     "Symbol contrast at least 40 %, better 70 %; grade the print by ISO/IEC 15415, 1.5 or better."),
    ("等比缩放，不拉伸、不裁切；PNG 只缩不放，印刷用 SVG。",
     "Scale evenly, never stretch or crop; PNG may shrink but not grow, print from the SVG."),
    ("素面码用于包装；带标的码用于网页和海报。",
     "The plain symbol is for packs; the one with the mark is for web pages and posters."),
    ("扫码距离约为码宽的十倍。", "It is read from about ten times its width."),
    ("码旁用文字印出网址：只认 {host}", "Print the address in words beside it: 只认 {host}"),
    ("定稿前请用不同厂家的两部手机扫印刷样张。", "Before sign-off scan a printed proof with phones of two makers."),
)


def glyphs() -> str:
    """The characters the fonts must hold, sorted; `fonts/README.txt` says how they are made from this."""
    pairs = (GUIDE_TITLE, SIDE, TOTAL, MODULE, *SIZES, TRUE_SIZE, *SYMBOLS, *RULES)
    drawn = {*NAME, *ONLY, *PROOF, *DEMO, *JOB, *LOT, *(c for pair in pairs for words in pair for c in words)}
    return "".join(sorted(drawn | {chr(code) for code in range(0x20, 0x7F)}))
