"""S24: the plug-in is called on a thread whose UI language is the one the client asked for."""

import pytest

from probes import operation, user
from stand import gate_stand

LANGUAGES = [("en-US", 0x0409), ("de-DE", 0x0407), ("fr-FR", 0x040C), ("ja-JP", 0x0411), ("pt-BR", 0x0416),
             ("en-GB", 0x0809), ("zh-CN", 0x0804), ("DE-de", 0x0407)]
FALLBACK = [None, "", "xx-XX", "tlh", "not a locale at all", "x" * 300]


@pytest.fixture(scope="module")
def stand():
    with gate_stand() as made:
        yield made


def languages_seen(stand, name):
    return {line["language"] for kind in ("AuthzUser", "AuthzOperation") for line in stand.authz.events(kind, name=name)}


@pytest.mark.parametrize("locale,language", LANGUAGES)
def test_S24_TheThreadHasTheLanguageOfTheRequest(stand, locale, language):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name, locale=locale) is None
    assert languages_seen(stand, name) == {language}


@pytest.mark.parametrize("locale", FALLBACK)
def test_S24_AnUnknownLanguageFallsBackToEnglish(stand, locale):
    name = stand.fresh()
    stand.authz.rules()
    assert stand.admit(name, locale=locale) is None
    assert languages_seen(stand, name) == {0x0409}


def test_S24_ThePluginCanWriteItsTextInThatLanguage(stand):
    texts = {}
    for locale in ("de-DE", "fr-FR", "en-US"):
        name = stand.fresh()
        stand.authz.rules(user(name, error=5, localized=True))
        texts[locale] = stand.admit(name, locale=locale).provider_text
    assert texts == {"de-DE": "Zugriff von der Probe verweigert", "fr-FR": "Accès refusé par la sonde",
                     "en-US": "Access refused by the probe"}


def test_S24_OneThreadsLanguageDoesNotStickToTheNextCall(stand):
    stand.authz.rules(operation("*", error=5, localized=True))
    for locale, text in (("de-DE", "Zugriff"), ("en-US", "Access"), ("de-DE", "Zugriff"), ("fr-FR", "Accès"),
                         (None, "Access")):
        assert stand.admit(stand.fresh(), locale=locale).provider_text.startswith(text)
