"""The dashboards: the head's, management's, a structure's own, an operator's own day; each figure."""

from sector.views.discipline import discipline
from sector.views.figures import catalogue, one
from sector.views.own import my_day, our_figures
from sector.views.review import review
from sector.views.today import today

__all__ = ["discipline", "catalogue", "my_day", "one", "our_figures", "review", "today"]
