"""A page as a reader without sight or mouse meets it: its headings, labels and forms, and what is wrong with them."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Control:
    """Something to be filled in."""

    name: str
    kind: str
    id: str
    value: str
    checked: bool
    described: tuple[str, ...]
    in_fieldset: bool


@dataclass
class Read(HTMLParser):
    """The parts of a page that matter."""

    lang: str = ""
    title: str = ""
    headings: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    labels: dict[str, str] = field(default_factory=dict[str, str])
    legends: list[str] = field(default_factory=list[str])
    forms: list[tuple[str, list[Control]]] = field(default_factory=list[tuple[str, list[Control]]])
    buttons: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    ids: list[str] = field(default_factory=list[str])
    tags: Counter[str] = field(default_factory=Counter[str])
    addresses: list[str] = field(default_factory=list[str])
    text: str = ""
    wrong: list[str] = field(default_factory=list[str])
    alert: str = ""
    scripts: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.ids += [told["id"]] if "id" in told else []
        self.addresses += [told[name] for name in ("href", "src", "action") if name in told]
        self.wrong += [f"inline {name}" for name in told if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self._open.append((tag, told))
        match tag:
            case "html":
                self.lang = told.get("lang", "")
            case "form":
                self.forms.append((told["action"], []))
            case "input" | "textarea":
                self._control(tag, told)
            case "a":
                self.links.append(told["href"])
            case "h1" | "h2" | "h3":
                self.headings.append((tag, ""))
            case "script":
                self.scripts.append(told)
            case _:
                pass

    def _control(self, tag: str, told: dict[str, str]) -> None:
        fieldset = any(name == "fieldset" for name, _ in self._open)
        around = next((held for name, held in reversed(self._open) if name == "fieldset"), dict[str, str]())
        described = f"{told.get('aria-describedby', '')} {around.get('aria-describedby', '')}".split()
        kind, value = told.get("type", tag), told.get("value", "")
        control = Control(
            told["name"], kind, told.get("id", ""), value, "checked" in told, tuple(described), fieldset
        )
        self.forms[-1][1].append(control)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.wrong.append(f"unbalanced {tag}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag, told in self._open:
            if told.get("role") in ("alert", "status"):
                self.alert += data
            if tag == "title":
                self.title += data
            elif tag in ("h1", "h2", "h3"):
                self.headings[-1] = (tag, self.headings[-1][1] + data)
            elif tag == "label":
                self.labels[told["for"]] = self.labels.get(told["for"], "") + data
            elif tag == "legend":
                self.legends.append(data)
            elif tag == "button":
                self.buttons.append(data)

    @property
    def heading(self) -> str:
        """What the page is called."""
        return next(text for tag, text in self.headings if tag == "h1")

    def fields(self, do: str) -> dict[str, Control]:
        """The last control of each name of one form."""
        form = next(held for _, held in self.forms if any(c.name == "do" and c.value == do for c in held))
        return {control.name: control for control in form}

    def barriers(self) -> list[str]:
        """What would keep somebody out; empty for a page for everybody."""
        found = [*self.wrong, *(f"open {tag}" for tag, _ in self._open)]
        found += [f"{tag} in the page" for tag in ("style", "iframe", "img") if self.tags[tag]]
        found += [f"a script in the way: {told}" for told in self.scripts if {*told} != {"src", "defer"}]
        found += [f"id twice: {id}" for id, count in Counter(self.ids).items() if count > 1]
        found += [] if self.lang else ["no language"]
        found += [] if [tag for tag, _ in self.headings].count("h1") == 1 else ["not one h1"]
        found += [] if self.tags["main"] == 1 and "#main" in self.links else ["no way past the header"]
        found += [] if self.title else ["no title"]
        found += [
            f"not our host: {to}" for to in self.addresses if not to.startswith(("/", "#", "tel:", "data:,"))
        ]
        for _, controls in self.forms:
            found += [line for control in controls for line in self._unlabelled(control)]
        return found

    def _unlabelled(self, control: Control) -> list[str]:
        if control.kind == "hidden":
            return []
        found = [] if self.labels.get(control.id) else [f"no label: {control.name}"]
        if control.kind in ("radio", "checkbox") and not control.in_fieldset:
            found.append(f"no legend: {control.name}")
        return found + [f"describes nothing: {id}" for id in control.described if id not in self.ids]


def read(page: str) -> Read:
    """The page, read."""
    reader = Read()
    reader.feed(page)
    reader.close()
    return reader
