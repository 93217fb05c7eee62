"""A word that other languages bend stands for one noun; for another one there are other words.

“Sent” is one word of a letter and of a correction in English, and two in French; “Answer” is done,
or read. Which uses may share a message was judged by reading the translations.
"""

from collections import defaultdict

from tests.messages import extraction

SAID_OF = {
    "Name": ("of a person", {"corrections_app/web/forms.py"}),
    "Answer": ("to be done", {"templates/queue/_answer.html"}),
    "overdue": ("one correction", {"templates/queue/_list_row.html", "templates/queue/show.html"}),
    "Set aside": ("several corrections", {"corrections_app/web/queue/filter_form.py"}),
    "Being checked": ("several corrections", {"corrections_app/web/queue/filter_form.py"}),
    "Correction": (
        "a notice of that kind",
        {"corrections_app/web/filters.py", "templates/record/policy.html"},
    ),
    "Sent": ("a correction, by its reader", {"templates/reader/receipts/show.html"}),
    "sent": ("a letter", {"templates/newsroom/outbox/_fate.html"}),
    "Accepted": ("one correction", {"templates/queue/_triage.html"}),
    "Rejected": ("one correction", {"templates/queue/_triage.html"}),
    "Undone": ("one decision", {"templates/queue/_triage.html"}),
    "Decided": ("one correction", {"templates/reader/receipts/show.html"}),
    "Waiting": (
        "several of them",
        {
            "corrections_app/web/queue/filter_form.py",
            "templates/newsroom/figures/index.html",
            "templates/newsroom/hooks/show.html",
        },
    ),
    "accepted": (
        "one correction",
        {"corrections_app/workflow/pending/closing.py", "templates/queue/bulk/show.html"},
    ),
    "rejected": (
        "one correction",
        {"corrections_app/workflow/pending/closing.py", "templates/queue/bulk/show.html"},
    ),
    "Withdraw it": ("a correction, by its reader", {"templates/reader/receipts/_doors.html"}),
    "last used": ("a token", {"templates/newsroom/tokens/index.html"}),
    "set up": ("an app", {"templates/newsroom/signing_in/own_factors.html"}),
    "none": ("passkeys", {"templates/newsroom/signing_in/own_factors.html"}),
    "All": ("write-backs", {"templates/newsroom/write_backs/index.html"}),
    "a link": ("what a change touches", {"corrections_app/workflow/pending/facts.py"}),
}
"""What each of them is said of, and the files that say it so."""


def test_a_word_that_languages_bend_is_said_of_one_thing() -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for found in extraction.messages():
        said[found.message].add(found.file)
    assert {word: said[word] for word in SAID_OF} == {
        word: files for word, (_, files) in SAID_OF.items()
    }
