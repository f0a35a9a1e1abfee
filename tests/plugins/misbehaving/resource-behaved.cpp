// Nothing is wrong.
#include "resource.hpp"

void misbehave(ResourcePlugin&) {}
