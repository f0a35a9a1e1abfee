#include "refusal.hpp"

#define MESSAGE(language, text)                                                                       \
  WSMAN_TEXT("<Refused xmlns=\"urn:winrmd:samples:authz-roles\"><Message xml:lang=\"" language "\">") \
  WSMAN_TEXT(text) WSMAN_TEXT("</Message></Refused>")

PCWSTR refusal_text() {
  constexpr LANGID primary = 0x3FF;  // the language without its region
  switch (GetThreadUILanguage() & primary) {
    case 0x07:
      return MESSAGE("de", "Sie d\u00FCrfen diesen Dienst nicht benutzen.");
    case 0x0C:
      return MESSAGE("fr", "Vous n\u2019\u00EAtes pas autoris\u00E9 \u00E0 utiliser ce service.");
    default:
      return MESSAGE("en", "You are not allowed to use this service.");
  }
}
