"""How claims become money: approved by one, put into a payment file by another, confirmed by the bank."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cli.demo.cast import Cast, Hospital
from cli.demo.door import Refused
from cli.demo.project import together

Lines = list[dict[str, Any]]


@dataclass(slots=True)
class Paying:
    """Ada approves, Otto runs the payments; the bank knows nothing but the file."""

    cast: Cast
    say: Callable[[str], None]

    async def approves(self) -> None:
        """Every claim for which the budget holds enough."""
        ada = self.cast.tokens["ada"]
        claims = await self.cast.doors.all("participation", "/v1/claims?state=reserved", ada)
        await together(
            *(self.cast.doors.post("participation", f"/v1/claims/{c['id']}/approve", {}, ada) for c in claims)
        )

    async def pays(self, hospital: Hospital, today: date) -> None:
        """One run for a hospital: written, downloaded, answered by the bank, read."""
        otto, post = self.cast.tokens["otto"], self.cast.doors.post
        found = await self.cast.doors.all("participation", "/v1/claims?state=approved", otto)
        claims = [claim["id"] for claim in found if claim["org_unit_id"] == hospital.id]
        if not claims:
            return
        run = await post("participation", "/v1/payment-runs", {"claim_ids": claims}, otto)
        path = f"/v1/payment-runs/{run['id']}"
        await self.cast.doors.until("all payments of the run are scheduled", lambda: self._written(path))
        lines = _bank(await self._downloaded(path), today)
        await post("participation", f"{path}/read-confirmation", {"lines": lines}, otto)
        self.say(f"{hospital.code}: the bank has confirmed {len(lines)} payments.")

    async def _written(self, path: str) -> bool:
        try:
            await self.cast.doors.post("participation", f"{path}/write-file", {}, self.cast.tokens["otto"])
        except Refused as refused:
            if refused.code not in ("still_scheduling", "nothing_to_pay"):
                raise
            return False
        return True

    async def _downloaded(self, path: str) -> str:
        url = f"{self.cast.doors.urls['participation']}{path}/file"
        who = {"Authorization": self.cast.tokens["otto"]}
        answer = await self.cast.doors.until_answered(
            lambda: self.cast.doors.http.get(url, headers=who), "GET the payment file"
        )
        return answer.text


def _bank(file: str, today: date) -> Lines:
    """What the bank says to each line of the file: paid, today."""
    return [
        {"end_to_end_id": row["end_to_end_id"], "outcome": "paid", "value_date": today.isoformat()}
        for row in csv.DictReader(io.StringIO(file))
    ]
