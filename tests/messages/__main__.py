"""Bring the catalogues up to the source: ``make messages``."""

import sys

from tests.messages import catalogues, extraction


def main() -> int:
    """Extract, merge, compile; 1 where something is left for translators."""
    catalogues.update(extraction.template())
    left = 0
    for lang in catalogues.LANGUAGES:
        catalog = catalogues.read(lang)
        faults = list(catalogues.faults(lang, catalog))
        left += len(faults)
        print(f"{lang}: {len(catalog)} messages, {len(faults)} to do", *faults[:20], sep="\n  ")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
