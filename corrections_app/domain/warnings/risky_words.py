"""Words that weigh more than their length: months, weekdays, number words, negations.

Small tables of several languages, read as one: which language a word belongs to
is not asked, so that a German name in an English article is seen too. Only
*changes* of these words are looked for, so a word that means something harmless
in another language costs a second glance at worst.
"""

from __future__ import annotations

# English and German months and weekdays have a capital; "may" and "march" are verbs.
_CAPITAL_DAYS = """
January February March April May June July August September October November December
Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
Januar Jänner Februar Feber März Mai Juni Juli Oktober Dezember
Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonnabend Sonntag
"""
_LOWER_DAYS = """
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
lundi mardi mercredi jeudi vendredi samedi dimanche
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miércoles jueves viernes sábado domingo
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
lunedì martedì mercoledì giovedì venerdì sabato domenica
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
poniedziałek wtorek środa czwartek piątek sobota niedziela
січень січня січні лютий лютого лютому березень березня березні квітень квітня квітні
травень травня травні червень червня червні липень липня липні серпень серпня серпні
вересень вересня вересні жовтень жовтня жовтні листопад листопада листопаді грудень грудня грудні
понеділок понеділка вівторок вівторка середа середу середи четвер четверга
пʼятниця п'ятниця п’ятниця п'ятницю п’ятницю субота суботу суботи неділя неділю неділі
январь января январе февраль февраля феврале март марта марте апрель апреля апреле май мая мае
июнь июня июне июль июля июле август августа августе сентябрь сентября сентябре
октябрь октября октябре ноябрь ноября ноябре декабрь декабря декабре
понедельник понедельника вторник вторника среда среду четверг пятница пятницу
суббота субботу воскресенье воскресенья
يناير فبراير مارس أبريل ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين
الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت
yesterday today tomorrow вчора сьогодні завтра вчера сегодня أمس اليوم غدا غدًا
gestern heute morgen hier aujourd'hui aujourd’hui demain ayer hoy mañana
"""
DAYS = frozenset(_CAPITAL_DAYS.split()) | {word.upper() for word in _CAPITAL_DAYS.split()}
DAYS_IN_ANY_CASE = frozenset(_LOWER_DAYS.split())

# No "one", "un", "один": they are articles and pronouns far more often than amounts.
_NUMBERS = """
zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
hundred hundreds thousand thousands million millions billion billions trillion trillions
dozen dozens half quarter double twice triple percent
first second third fourth fifth sixth seventh eighth ninth tenth
zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig hundert tausend
millionen milliarde milliarden prozent
deux trois quatre cinq sept huit neuf dix onze douze vingt trente cent mille milliard milliards
dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cien mil millón millones
два дві двох три трьох чотири чотирьох пʼять п'ять п’ять шість сім вісім девʼять дев'ять дев’ять
десять одинадцять дванадцять двадцять тридцять сорок сто двісті триста тисяча тисячі тисяч
мільйон мільйони мільйонів мільярд мільярди мільярдів відсотків відсотка
две двух трех трёх четыре четырех пять шесть семь восемь девять одиннадцать двенадцать
двадцать тридцать двести тысяча тысячи тысяч миллион миллиона миллионов миллиард миллиардов
процентов процента
اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر
مئة مائة ألف آلاف مليون ملايين مليار
"""
NUMBERS = frozenset(_NUMBERS.split())
# Signs for numbers in scripts that write them inside a line without blanks.
NUMBER_SIGNS = "〇零一二三四五六七八九十百千万萬億亿兆"

# No Spanish "sin", no Italian "mai": they are words of other languages.
_NEGATIONS = """
not no never none nobody nothing neither nor nowhere without hardly cannot
nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder
ne pas jamais sans aucun aucune rien personne non
nunca ni jamás nada nadie ningún ninguna tampoco senza nessun nessuno não nem sem nie bez nigdy
не ні ані без ніколи ніхто ніщо нема немає жоден жодна жодного
нет ни никогда никто ничего никакой нельзя
لا لم لن ليس ليست ليسوا غير بدون ما
לא אין בלי değil yok
"""
NEGATIONS = frozenset(_NEGATIONS.split())
NEGATION_SIGNS = "不没沒無无非未"
NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "не", "ні")


def is_day(word: str) -> bool:
    """Whether it is a day's or a month's name."""
    return word in DAYS or word.lower() in DAYS_IN_ANY_CASE
