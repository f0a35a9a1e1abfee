// What a refused client is told when the roles file says nothing else.
#pragma once

#include "api.hpp"

// An XML document, in the language that the client of the current call asked for, as far as we have it; else in
// English. To be called on the thread of an entry point: that is where the language is set. Lives for ever.
PCWSTR refusal_text();
