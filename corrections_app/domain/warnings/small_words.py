"""Words that say nothing alone, and those that belong to a number: what a phrase is not cut at.

Small tables of several languages, read as one, as in `risky_words`: a word too many makes a
quoted phrase one word longer, and no more.
"""

from __future__ import annotations

_SMALL = """
a an the this that these those some any all each every both either such no not nor
of in on at by for from to into onto with without within over under after before between among
about around against during through until till upon as than per via least most more less fewer
and or but if so when while where which who whom whose what how because since though although
i you he she it we they me him her us them my your his its our their
is are was were be been being am do does did done has have had having
will would shall should can could may might must there here then now also only just too very
der die das den dem des ein eine einen einem einer eines kein keine nicht und oder aber als wie
von vom zu zum zur im in am an auf aus bei mit nach für über unter vor seit durch gegen ohne um
ist sind war waren wird werden wurde wurden hat haben hatte sein sich er sie es wir ihr
le la les l un une des du de d au aux et ou mais que qui dans sur sous avec sans pour par pas ne
est sont était ont a été se ce cette ces son sa ses leur leurs il elle ils elles
el los las una unos unas del al y o pero con sin para por en es son fue era ha han se su sus lo
il lo gli uno della dello dei degli delle nel nella e ed ma con per è sono ha
i w z na do od o u po za przed przez nie jest są był była się to że oraz ale
і й та а але або чи що як у в на до від з із зі за по про при для без над під між через після
не ні є був була було були це цей ця ці той та те ті він вона воно вони його її їх
и а но или что как у в во на до от с со из за по о об при для без над под между через после
не ни есть был была было были это этот эта эти тот та те он она оно они его её ее их
و أو في من إلى الى على عن مع ما لا لم لن أن ان إن هذا هذه ذلك التي الذي كان كانت هو هي هم ب ل
"""
SMALL = frozenset(_SMALL.split())

_MULTIPLES = """
hundred thousand million millions billion billions trillion dozen bn m percent
millionen million milliarde milliarden mio mrd tausend prozent
millions milliard milliards mille millones mil
тисяч тисячі тисяча мільйон мільйони мільйонів мільярд мільярди мільярдів відсотків відсотка
тысяч тысячи тысяча миллион миллиона миллионов миллиард миллиарда миллиардов процентов процента
ألف آلاف مليون ملايين مليار km kg cm mm kmh mph
"""
MULTIPLES = frozenset(_MULTIPLES.split())
"""They follow a number and are part of it."""

_HEDGES = """
at least|at most|no more than|more than|less than|fewer than|up to|about|around|nearly|almost
over|under|roughly|approximately|some|only
mindestens|höchstens|mehr als|rund|etwa|fast|über
au moins|plus de|moins de|environ|près de|más de|menos de|al menos|cerca de
понад|близько|майже|щонайменше|більше ніж|более|менее|около|почти|не менее|свыше
"""
HEDGES = frozenset(
    tuple(hedge.split()) for line in _HEDGES.strip().split("\n") for hedge in line.split("|")
)
"""They stand before a number and say how exact it is, each as its words."""

PLURALS = frozenset({"people", "men", "women", "children"})

_PARTICLES = "de da di du del della van von der den ten ter bin ibn al el la le y"
PARTICLES = frozenset(_PARTICLES.split())
"""Small words inside a name."""

DIFFERENT = frozenset({frozenset({"slovakia", "slovenia"}), frozenset({"словакія", "словенія"})})
"""Names that are spelt alike and mean two things."""
