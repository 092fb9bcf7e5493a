"""Teaching: the questions whose answers settle most, and what an answer decides."""

from steward.teach.course import Ask, Course, Desk, Given
from steward.teach.draft import Draft
from steward.teach.lesson import Lesson
from steward.teach.odd import TYPED
from steward.teach.question import NONE, SKIP, SOME, YES, Example, Kind, Option, Question, Words

__all__ = [
    "NONE",
    "SKIP",
    "SOME",
    "TYPED",
    "YES",
    "Ask",
    "Course",
    "Desk",
    "Draft",
    "Example",
    "Given",
    "Kind",
    "Lesson",
    "Option",
    "Question",
    "Words",
]
