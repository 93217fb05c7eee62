"""What `corrections check` says of one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` says what to do; a warning has one and is still fine."""

    subject: str
    said: str
    fine: bool = True
    remedy: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.fine and not self.remedy else "warn" if self.fine else "BAD "
        return f"{mark}  {self.subject}: {self.said}" + (f" → {self.remedy}" if self.remedy else "")
