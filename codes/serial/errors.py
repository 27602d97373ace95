"""What sealing refuses. Opening refuses nothing: its answer is an `Item` or a `Finding`."""

from operator import index
from typing import ClassVar

from codes.errors import Kind, Refusal


class OutOfRange(Refusal):
    """A number that does not fit its place in the 95 bits; `field` names which one."""

    code = "out-of-range"
    place: ClassVar[str]
    least: ClassVar[int] = 0
    most: ClassVar[int]

    def __init__(self, most: int | None = None) -> None:
        super().__init__(field=self.place, least=self.least, most=self.most if most is None else most)

    @classmethod
    def check(cls, value: int) -> int:
        """The value as a plain int, since a numpy integer would overflow silently when shifted."""
        number = index(value)
        if not cls.least <= number <= cls.most:
            raise cls
        return number


class EpochOutOfRange(OutOfRange):
    code = "epoch-out-of-range"
    en = "The epoch must be from {least} to {most}."
    zh = "密钥期号须在 {least} 至 {most} 之间。"
    place = "epoch"
    most = 31


class BatchOutOfRange(OutOfRange):
    code = "batch-out-of-range"
    en = "The batch number must be from {least} to {most}."
    zh = "批次编号须在 {least} 至 {most} 之间。"
    place = "batch"
    most = 2**32 - 1


class IndexOutOfRange(OutOfRange):
    code = "index-out-of-range"
    en = "The index must be from {least} to {most}."
    zh = "序号须在 {least} 至 {most} 之间。"
    place = "index"
    most = 2**30 - 1


class VariantOutOfRange(OutOfRange):
    code = "variant-out-of-range"
    en = "The variant must be from {least} to {most}."
    zh = "标签类型须在 {least} 至 {most} 之间。"
    place = "variant"
    most = 7


class CountOutOfRange(OutOfRange):
    """None asked for, or more than the batch has left after the first index."""

    code = "count-out-of-range"
    en = "The count must be from {least} to {most}."
    zh = "数量须在 {least} 至 {most} 之间。"
    place = "count"
    least = 1
    most = 2**30

    @classmethod
    def check_from(cls, start: int, value: int) -> int:
        number = cls.check(value)
        if start + number > cls.most:
            raise cls(cls.most - start)
        return number


class RootKeyLength(Refusal):
    code = "root-key-length"
    en = "The root key must have exactly 32 bytes; this one has {length}."
    zh = "根密钥须恰为 32 字节，当前为 {length} 字节。"

    @classmethod
    def check(cls, root_key: bytes) -> bytes:
        if len(root_key) != 32:
            raise cls(field="root_key", length=len(root_key))
        return bytes(root_key)


class EpochNotIssuing(Refusal):
    kind = Kind.CONFLICT
    code = "epoch-not-issuing"
    en = "No new codes are issued under epoch {epoch}."
    zh = "密钥期 {epoch} 不签发新码。"


class EpochWithoutKey(Refusal):
    """Unknown to this ring or retired: neither issued under nor exported again."""

    kind = Kind.CONFLICT
    code = "epoch-without-key"
    en = "Epoch {epoch} is retired or was never in use."
    zh = "密钥期 {epoch} 已停用或从未启用。"
