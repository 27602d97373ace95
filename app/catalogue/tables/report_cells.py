"""The test reports a table of indicators names: those on record must agree, new ones must be complete."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from app.catalogue.rules import check_test_report
from app.catalogue.shapes import NewTestReport
from app.catalogue.tables.cell_errors import ReportDiffers, ReportIncomplete, ReportWithoutNumber
from app.catalogue.tables.complaints import Complaints
from app.catalogue.tables.held import HeldReport
from app.edge.refusals import shown
from codes.errors import Refusal

REPORT = ("test_report_number", "laboratory", "laboratory_en", "issued_on")
_DETAILS = REPORT[1:]
_NEEDED = ("laboratory", "issued_on")


class ReportCells(Struct):
    """What one row says of a test report."""

    row: int
    test_report_number: str | None
    laboratory: str | None
    laboratory_en: str | None
    issued_on: date | None


def new_reports(
    rows: Iterable[ReportCells], known: dict[str, HeldReport], complaints: Complaints, today: date
) -> list[NewTestReport]:
    """The reports of one model that are not on record yet."""
    by_number: dict[str, list[ReportCells]] = {}
    for row in rows:
        if row.test_report_number:
            by_number.setdefault(row.test_report_number, []).append(row)
        elif any(getattr(row, key) for key in _DETAILS):
            complaints.add(row.row, "test_report_number", ReportWithoutNumber(field="test_report_number"))
    reports = []
    for number, told in by_number.items():
        _compare(number, told, known.get(number) or _merged(told), complaints)
        if number not in known and (report := _complete(number, told, complaints, today)):
            reports.append(report)
    return reports


def _merged(told: list[ReportCells]) -> ReportCells:
    """What the rows say together: each detail as the first says it that has it."""
    found = {key: next((getattr(row, key) for row in told if getattr(row, key)), None) for key in _DETAILS}
    return ReportCells(told[0].row, told[0].test_report_number, **found)


def _compare(number: str, told: list[ReportCells], there: HeldReport | ReportCells, complaints: Complaints) -> None:
    for row in told:
        for key in _DETAILS:
            given, recorded = getattr(row, key), getattr(there, key)
            if given and given != recorded:
                facts = {"number": shown(number), "there": shown(str(recorded or "—"))}
                complaints.add(row.row, key, ReportDiffers(field=key, **facts))


def _complete(number: str, told: list[ReportCells], complaints: Complaints, today: date) -> NewTestReport | None:
    merged = _merged(told)
    missing = [key for key in _NEEDED if not getattr(merged, key)]
    for key in missing:
        complaints.add(merged.row, key, ReportIncomplete(field=key, number=shown(number)))
    if missing or merged.laboratory is None or merged.issued_on is None:
        return None
    report = NewTestReport(
        number=number,
        laboratory=merged.laboratory,
        laboratory_en=merged.laboratory_en,
        issued_on=merged.issued_on,
    )
    try:
        check_test_report(report, today)
    except Refusal as refusal:
        _say(refusal, merged.row, complaints)
        return None
    return report


def _say(refusal: Refusal, row: int, complaints: Complaints) -> None:
    for one in getattr(refusal, "refusals", (refusal,)):
        complaints.add(row, "test_report_number" if one.field == "number" else one.field or "laboratory", one)
