"""Parts of pages that are the same for everybody who reads a language: drawn once a process."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from callcenter.scripts import words

register = template.Library()


class KeptNode(template.Node):
    """What stands inside knows no variable of the page, so that nothing of one reader meets another."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        drawn = self.drawn.get(language)
        if drawn is None:
            known = {"languages": settings.LANGUAGES, "LANGUAGE_CODE": language}
            drawn = self.drawn[language] = self.nodelist.render(context.new(known))
        return drawn


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept %}…{% endkept %}` around words, addresses of pages and files: no block and no variable
    but the languages there are and the one it is drawn in."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)


@register.simple_tag
def script_words() -> SafeString:
    """Everything the scripts say, for them to read."""
    return json_script(words(), "script-words")
