"""What whoever watches the demo sees: lines as things happen, and how far a long step is."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Screen:
    """A moving line at the foot of a terminal; a plain line at every tenth in a log. All of it on stderr."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._moving = Progress(*columns, console=self._console, transient=True)
        self._steps: dict[str, TaskID] = {}
        self._tenths: dict[str, int] = {}

    def __enter__(self) -> "Screen":
        if self._console.is_terminal:
            self._moving.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        if self._console.is_terminal:
            self._moving.stop()

    def say(self, line: str) -> None:
        """One line that stays."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def progress(self, step: str, done: int, of: int) -> None:
        """How far a long step is; told again with the same number, it says nothing new."""
        if self._console.is_terminal:
            task = self._steps.get(step)
            if task is None:
                task = self._steps[step] = self._moving.add_task(step, total=of)
            self._moving.update(task, completed=done, total=of)
            return
        tenth = done * 10 // max(of, 1)
        if tenth != self._tenths.get(step, 0):
            self._tenths[step] = tenth
            self.say(f"{step}: {done} of {of}")
