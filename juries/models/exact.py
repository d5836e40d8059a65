"""A column for a number that must not be rounded."""

from fractions import Fraction

from django.db import models


class FractionField(models.TextField):
    """A `Fraction`, kept as «numerator/denominator» in lowest terms: equal in Python, equal in SQL. SQL cannot order
    it."""

    def from_db_value(self, value, expression, connection):
        return None if value is None else Fraction(value)

    def to_python(self, value):
        return None if value is None else Fraction(value)

    def get_prep_value(self, value):
        return None if value is None else str(Fraction(value))
