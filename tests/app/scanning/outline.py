"""A page as a reader's program sees it: tags closed in order, headings, text."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "wbr"}


class Outline(HTMLParser):
    """Checks that tags are closed in order and keeps what the tests ask for."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.text, self.headings = [], [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        assert len(attributes) == len(dict(attributes)), f"an attribute of {tag} stands twice"
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)

    def all(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]

    @property
    def said(self):
        return re.sub(r"\s+", " ", "".join(self.text))


def status_of(html):
    return re.search(r'<section class="status (\w+)" role="status">(.*?)</section>', html, re.DOTALL)
