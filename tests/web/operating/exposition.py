"""A strict reader of Prometheus' text format, version 0.0.4, from its specification.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
"""

from __future__ import annotations

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
VALUE = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|Inf|NaN)"
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL},?)*)\}})? ({VALUE})(?: -?[0-9]+)?")
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\[\\n])*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


def read(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The samples by name and labels; an AssertionError where the text breaks a rule."""
    assert text.endswith("\n"), "the last line ends with a line feed"
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    helped: list[str] = []
    typed: list[str] = []
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            match = HELP.fullmatch(line)
            assert match, line
            assert match[1] not in helped, "one HELP for each name"
            helped.append(match[1])
        elif line.startswith("# TYPE "):
            match = TYPE.fullmatch(line)
            assert match, line
            assert match[1] not in typed, "one TYPE for each name"
            assert match[1] not in found, "TYPE stands before the first sample"
            typed.append(match[1])
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            labels = tuple(
                (name, re.sub(r"\\.", lambda escape: ESCAPES[escape[0]], value))
                for name, value in re.findall(LABEL, match[2] or "")
            )
            samples = found.setdefault(match[1], {})
            assert labels not in samples, "each set of labels once"
            assert list(found)[-1] == match[1], "all samples of a name stand together"
            assert typed[-1:] == [match[1]], "and below their TYPE"
            samples[labels] = float(match[5])
    return found
