"""What a table may weigh, and what reading it may cost."""

FILE_MOST = 10 * 2**20
ROWS_MOST = 5_000
"""Rows beneath the headings."""
COLUMNS_MOST = 60
CELL_MOST = 4_000
TEXT_MOST = 10_000_000
"""Characters of all cells together: an XLSX may name one long text in 300,000 cells."""
FLAWS_MOST = 10_000
"""Cells with formulas or error values that are named one by one; a sheet with more is one of formulas."""

ENTRIES_MOST = 1_000
DIRECTORY_MOST = 2**20
"""Bytes of a ZIP's directory: it is read whole, whatever number of entries it claims."""
UNPACKED_MOST = 200 * 2**20
RATIO_MOST = 100
RATIO_FROM = 2**20
"""Entries that unpack to less than this may be packed as well as they can."""
ELEMENTS_MOST = 1_000_000
"""Of a sheet's XML: 5,000 rows of 60 cells have 905,000."""
TOKEN_MOST = 2**20
"""Bytes of one tag. The parser begins a tag anew with every piece of it that comes: a large one takes for ever."""
ROW_ELEMENTS_MOST = 200_000
"""Rows that are there only because somebody formatted them."""
LISTED_MOST = 20_000
"""Of a part that lists others: styles, sheets, relationships."""

MEMORY_MOST = 384 * 2**20
"""Address space of the reading process; with the program itself loaded it has about 40 MB."""
CPU_MOST_S = 6
WALL_MOST_S = 20.0
"""On a machine that is busy with other things; `CPU_MOST_S` is what ends a hostile file."""
