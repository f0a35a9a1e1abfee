// Nothing is wrong.
#include "authz.hpp"

void misbehave(AuthzPlugin&) {}
