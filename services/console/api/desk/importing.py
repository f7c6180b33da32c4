"""Bringing in a list: its file is checked and its faults told by their places; then its people become drafts."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import msgspec

from services.console.api.desk.pages import Answer, Export, Page, Part, Sheet, facts, links, table, words_of
from services.console.api.desk.sitting import Sitting
from services.console.api.desk.upload import LARGEST, Files, Received, carried, unpacked
from services.console.api.words import words
from services.console.bodies import Choice, Field, Filled, Form
from services.console.intake.batch import Batch
from services.console.intake.columns import PARTNERS, template
from services.console.intake.faults import FAULTS, SKIPPED, Fault, Unreadable
from services.console.intake.files import is_fhir, read_export, read_file
from services.console.intake.report import as_csv
from services.console.intake.sending import Import, Tally

TITLE: Final = "Bring in a list"
TRAIL: Final = (("/applications", "Applications"), ("/import", TITLE))
WITHIN_S: Final = 20.0
"""A press of the button takes no longer; the page says how far it came, and the next press goes on."""
PATIENCE_S: Final = 10.0
AT_ONCE: Final = 16
SHOWN: Final = 100
DAY_FIRST: Final = Choice("yes", "Dates such as 03/04/1980 have the day first")
TOO_LARGE: Final = (
    f"The files are larger than {LARGEST >> 20} MB. Split the list, or use the command `roundtable import`."
)


class SoFar(msgspec.Struct):
    """What earlier presses brought in; carried by the form, for nothing is kept here."""

    done: int = 0
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    refused: list[tuple[str, int, int, str, str]] = msgspec.field(
        default_factory=list[tuple[str, int, int, str, str]]
    )


async def shows(sitting: Sitting, _: str) -> Sheet:
    """What may be brought in, and the form that checks it."""
    return Sheet(
        title=TITLE,
        trail=TRAIL[:1],
        parts=(
            words_of(
                "A list that you fill in (CSV or XLSX), or FHIR R4 files from a hospital's records (NDJSON). It is "
                "checked first; nothing happens before you have seen what is in it."
            ),
            words_of(
                "Everybody in it becomes a draft, and nobody a partner. Speak with them, then submit their draft. "
                "Consents in the list are evidence: they are asked again when they join."
            ),
            links(("/import/template", "Download an empty list with two examples")),
        ),
        forms=(await _asked(sitting),),
    )


async def empty(sitting: Sitting, _: str) -> Export:
    """The list to fill in."""
    del sitting
    return Export(name=PARTNERS, content=b"\xef\xbb\xbf" + template().encode())


async def _asked(sitting: Sitting) -> Form:
    units, staff = await asyncio.gather(
        sitting.all("recruitment", "/v1/org-units?state=active", 200),
        sitting.all("recruitment", "/v1/professionals?state=active", 500),
    )
    return Form(
        do="check",
        button="Check the list",
        fields=(
            Field(
                name="file",
                label="The list",
                kind="file",
                hint=f"Up to {LARGEST >> 20} MB. Choose the files of one FHIR export together.",
                required="Choose a file.",
            ),
            _one("unit", "Who takes them in?", _units(sitting, units), "Choose who takes them in."),
            _one(
                "contact",
                "Who looks after them?",
                await _contacts(sitting, staff),
                "Choose who looks after them.",
            ),
            Field(name="day_first", label="How dates are written", kind="checkboxes", choices=(DAY_FIRST,)),
        ),
    )


def _one(name: str, label: str, choices: tuple[Choice, ...], required: str) -> Field:
    """Where there is one answer it is chosen."""
    only = (choices[0].value,) if len(choices) == 1 else ()
    return Field(name=name, label=label, kind="radios", choices=choices, required=required, value=only)


def _units(sitting: Sitting, units: list[dict[str, Any]]) -> tuple[Choice, ...]:
    mine = [each for each in units if each["kind"] != "network" and sitting.principal.may_act_in(each["id"])]
    return tuple(
        Choice(each["id"], words(each["code"])) for each in sorted(mine, key=lambda unit: unit["code"])
    )


async def _contacts(sitting: Sitting, staff: list[dict[str, Any]]) -> tuple[Choice, ...]:
    """Coordinators, or whoever there is."""
    coordinators = [each for each in staff if "coordinator" in each["role_codes"]] or staff
    ids = [str(each["person_id"]) for each in coordinators][:SHOWN]
    names = await sitting.names(ids)
    return tuple(sorted((Choice(id, names[id]) for id in ids), key=lambda choice: choice.text))


async def receives(sitting: Sitting, sent: Received) -> Answer:
    """Checks, tells, or brings in: whichever button was pressed."""
    do, files = sent.one("do"), unpacked(sent.one("pack"))
    if do not in ("start", "report") or not files:
        return await _checked(sitting, sent)
    try:
        batch = await _read(sitting, files, day_first=sent.one("day_first") == "yes")
    except Unreadable:  # no pack of ours
        return Answer(await shows(sitting, ""))
    so_far = _so_far(sent.one("so_far"), batch)
    if do == "report":
        refused = [Fault(*each) for each in so_far.refused]
        return Answer(Export(name="left-out.csv", content=_report(batch, refused)))
    return await _brought_in(sitting, sent, batch, so_far)


async def _checked(sitting: Sitting, sent: Received) -> Answer:
    page = await shows(sitting, "")
    form = page.forms[0]
    filled = form.filled(sent.answers)
    wrong = dict(filled.mistakes)
    if sent.too_large:
        wrong = {"file": TOO_LARGE}
    batch = None
    if not wrong:
        try:
            batch = await _read(sitting, sent.files, day_first=filled.one("day_first") == "yes")
        except Unreadable as unreadable:
            wrong["file"] = f"This cannot be read. {unreadable}."
    if batch is None:
        return Answer(replace(page, status=422), Filled(filled.values, wrong), form.do)
    kept = {name: filled.one(name) for name in ("unit", "contact", "day_first")}
    return Answer(_what_is_in_it(batch, tuple({**kept, "pack": carried(sent.files)}.items())))


async def _read(sitting: Sitting, files: Files, *, day_first: bool) -> Batch:
    """In a thread, since others are waiting for their pages."""
    today = date.fromisoformat((await sitting.now())[:10])
    return await asyncio.to_thread(_read_at_once, files, today, day_first)


def _read_at_once(files: Files, today: date, day_first: bool) -> Batch:
    if len(files) == 1:
        return read_file(*files[0], today, day_first=day_first)
    if all(is_fhir(name, raw) for name, raw in files):
        return read_export(files, today)
    raise Unreadable(
        "several-files", files[0][0], "several files are read where all are FHIR; send others one by one"
    )


def _what_is_in_it(batch: Batch, kept: tuple[tuple[str, str], ...]) -> Sheet:
    count = len(batch.entries)
    known = [("People to bring in", str(count)), ("Of them without e-mail and phone", _unreachable(batch))]
    start = Form(do="start", button=_people("Bring in", count), held=kept)
    return Sheet(
        title="What is in the list",
        trail=TRAIL,
        parts=(facts([*known, *_left_out(Tally.of(batch))]), _faults(batch.faults)),
        forms=((start,) if count else ()) + _report_form(batch, [], kept),
        notice="Nothing has been brought in yet.",
    )


def _unreachable(batch: Batch) -> str:
    count = sum(not entry.reachable for entry in batch.entries)
    return str(count) if count else ""


def _left_out(tally: Tally) -> list[tuple[str, str]]:
    skipped = "; ".join(f"{count}: {SKIPPED[why]}" for why, count in sorted(tally.why_skipped.items()))
    return [("Left out", skipped), ("Faults", str(len(tally.faults)))]


def _people(what: str, count: int) -> str:
    return f"{what} {count:,} {'person' if count == 1 else 'people'}"


def _faults(faults: list[Fault]) -> Part:
    rows = [(each.file, str(each.line), str(each.column), each.name, each.meaning) for each in faults[:SHOWN]]
    more = f", the first {SHOWN} of {len(faults):,}" if len(faults) > SHOWN else ""
    heads = ("File", "Line", "Column", "Name", "What is wrong")
    return table(f"Faults{more}", heads, rows, "No row is faulty.")


def _report_form(batch: Batch, refused: list[Fault], kept: tuple[tuple[str, str], ...]) -> tuple[Form, ...]:
    if not (batch.faults or batch.skipped or refused):
        return ()
    return (Form(do="report", button="Download every row left out", held=kept, quiet=True),)


def _report(batch: Batch, refused: list[Fault]) -> bytes:
    return b"\xef\xbb\xbf" + as_csv(sorted([*batch.faults, *refused, *batch.skipped])).encode()


def _so_far(text: str, batch: Batch) -> SoFar:
    """What the form says of earlier presses; whoever changed it deceives themselves alone."""
    try:
        found = msgspec.json.decode(text, type=SoFar) if text else SoFar()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return SoFar()
    counts = (found.done, found.new, found.unchanged, found.changed)
    files, names = {entry.file for entry in batch.entries}, {*batch.names.values(), batch.whole}
    ours = all(each[0] in files and each[3] in names and each[4] in FAULTS for each in found.refused)
    return found if ours and all(0 <= count <= len(batch.entries) for count in counts) else SoFar()


async def _brought_in(sitting: Sitting, sent: Received, batch: Batch, so_far: SoFar) -> Answer:
    page = await shows(sitting, "")
    filled = page.forms[0].filled((*sent.fields, ("file", TITLE)))
    if filled.mistakes:  # another unit or contact than was offered
        return Answer(replace(page, status=422), filled, page.forms[0].do)
    rest = replace(batch, entries=batch.entries[so_far.done :], faults=[], skipped=[])
    async with sitting.services.door("recruitment") as door:
        tally = await Import(
            door=door,
            unit=filled.one("unit"),
            support_contact=filled.one("contact"),
            today=date.fromisoformat((await sitting.now())[:10]),
            patience=PATIENCE_S,
            within=WITHIN_S,
            at_once=AT_ONCE,
        ).run(rest)
    after = so_far if tally.stopped else _after(so_far, tally)
    kept = {name: filled.one(name) for name in ("unit", "contact", "day_first")}
    so_far_told = ("so_far", msgspec.json.encode(after).decode())
    carried_on = (*kept.items(), ("pack", sent.one("pack")), so_far_told)
    return Answer(_became(batch, after, tally.stopped, carried_on))


def _after(before: SoFar, tally: Tally) -> SoFar:
    return SoFar(
        done=before.done + tally.done,
        new=before.new + tally.new,
        unchanged=before.unchanged + tally.unchanged,
        changed=before.changed + tally.changed,
        refused=[*before.refused, *((f.file, f.line, f.column, f.name, f.code) for f in tally.faults)],
    )


def _became(batch: Batch, after: SoFar, stopped: str, kept: tuple[tuple[str, str], ...]) -> Sheet:
    left, refused = len(batch.entries) - after.done, [Fault(*each) for each in after.refused]
    faults = sorted([*batch.faults, *refused])
    known: Mapping[str, int] = {
        "New drafts": after.new,
        "In already": after.unchanged,
        "Changed since, left as first imported": after.changed,
        "Still to bring in": left,
    }
    rows = [(label, str(count)) for label, count in known.items() if count or label == "New drafts"]
    on = (Form(do="start", button=_people("Go on with", left), held=kept),) if left else ()
    return Sheet(
        title="The list is in" if not left else "The list is not all in yet",
        trail=TRAIL,
        parts=(
            facts([*rows, *_left_out(Tally(skipped=batch.skipped, faults=faults))]),
            _faults(faults),
            links(("/applications?state=draft", "The drafts")),
        ),
        forms=on + _report_form(batch, refused, kept),
        notice=_told(left, stopped),
        refused=bool(stopped),
        status=503 if stopped else 200,
    )


def _told(left: int, stopped: str) -> str:
    if stopped:
        return f"It stopped: {stopped}. What is in stays in. Going on is safe: nobody is brought in twice."
    return "There is more than fits in one go. Press the button to go on." if left else "All of it is in."


PAGES: Final = (
    Page(path="/import", shows=shows, receives=receives, roles=("coordinator",), menu="Import"),
    Page(path="/import/template", shows=empty, roles=("coordinator",)),
)
