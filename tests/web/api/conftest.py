"""A program for each test that asks for one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.programs import Program, a_program


@pytest.fixture
def program(app: Any) -> Program:
    """A program of Mira's, who is an editor; it may do all that she may."""
    return a_program(app)
