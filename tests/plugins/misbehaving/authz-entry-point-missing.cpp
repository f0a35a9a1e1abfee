// Built without WSManPluginAuthzReleaseContext, though it reports contexts.
#include "authz.hpp"

void misbehave(AuthzPlugin&) {}
