"""Names of records on the facts clock, and of keys in Valkey.

Record names are what `facts_tick` announces and what a snapshot says it rests on. Valkey keys of
item state carry the tag `{batch:index>>16}`: no call touches two tags, so a cluster can spread one
batch over its nodes.
"""

PREFIX = "zpm"
"""Set by tests to a random word, so that they never meet each other's keys."""

SPACE = ""
"""Names the database's history (`facts_clock.identity`): what was cached of another is not ours."""

BUCKET = 128
"""Items in one hash: a 129th field would leave the listpack (21 B an item become 137 B)."""


def enterprise(id_: object) -> str:
    return f"e:{id_}"


def product(id_: object) -> str:
    return f"p:{id_}"


def gtin(gtin14: str) -> str:
    """A GTIN joined or left the register."""
    return f"g:{gtin14}"


def standard(id_: object) -> str:
    return f"s:{id_}"


def certificate(id_: object) -> str:
    return f"c:{id_}"


def recognition(id_: object) -> str:
    return f"r:{id_}"


def lot(gtin14: str, lot_: str) -> str:
    """A lot got its first or another batch."""
    return f"l:{gtin14}/{lot_}"


def batch(batch_: int) -> str:
    return f"b:{batch_}"


def snapshot(kind: str, name: str) -> str:
    """Valkey key of a facts snapshot."""
    return f"{PREFIX}:{SPACE}:f:{kind}:{name}"


def bucket(batch_: int, index: int) -> str:
    """Valkey key of the hash that holds an item's state."""
    return f"{PREFIX}:{SPACE}:i:{{{batch_}:{index >> 16}}}:{index >> 7}"


def marker(batch_: int, index: int) -> str:
    """Valkey key that says: every viewed item of this segment of 65,536 is in its bucket."""
    return f"{PREFIX}:{SPACE}:m:{{{batch_}:{index >> 16}}}"


def segment(batch_: int, index: int) -> str:
    """A view of this segment was committed that Valkey could not be told of before."""
    return f"i:{batch_}:{index >> 16}"


def filling(batch_: int, index: int) -> str:
    """Valkey key that is there while a worker fills the segment."""
    return f"{PREFIX}:{SPACE}:t:{{{batch_}:{index >> 16}}}"


def limit(name: str) -> str:
    """Valkey key of how far ahead somebody's requests are paid for."""
    return f"{PREFIX}:limit:{name}"
