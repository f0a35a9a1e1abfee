// Does not count a context that is given back.
#include "authz.hpp"

void misbehave(AuthzPlugin& plugin) {
  plugin.release = [](void*) {};
}
