"""What the standards register refuses."""

from codes.errors import Kind, Refusal


class RegistrationNumberForm(Refusal):
    code = "registration-number-form"
    en = (
        "`{field}`: “{given}” is not a registration number; its form is ZZB, a space, D (local), Q (enterprise) or "
        "T (group), four digits or more, a hyphen and the year of recognition, such as ZZB T0123-2024."
    )
    zh = (
        "`{field}`：“{given}”不是标准登记号；格式为 ZZB、空格、D（地方）/Q（企业）/T（团体）、"
        "四位以上数字、连字符和认定年份，例如 ZZB T0123-2024。"
    )


class RegistrationNumberLevel(Refusal):
    code = "registration-number-level"
    en = (
        "`{field}`: the letter {letter} of “{given}” stands for a {letter_level} standard, but `level` says {level}: "
        "correct one of the two."
    )
    zh = "`{field}`：“{given}”中的字母 {letter} 表示 {letter_level} 标准，而 `level` 为 {level}，请更正其中之一。"


class RegistrationNumberYear(Refusal):
    code = "registration-number-year"
    en = "`{field}`: “{given}” names the year of recognition {year}, which must lie between {first} and {last}."
    zh = "`{field}`：“{given}”中的认定年份 {year} 应在 {first} 年至 {last} 年之间。"


class SuccessorCircle(Refusal):
    kind = Kind.CONFLICT
    code = "standard-successor-circle"
    en = "`{field}`: this standard would replace itself; name a newer one that does not lead back to it."
    zh = "`{field}`：代替关系形成循环，请选择不会回到本标准的新标准。"
