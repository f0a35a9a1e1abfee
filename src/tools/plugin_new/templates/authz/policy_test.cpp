#include "policy.hpp"

#include <cstdio>

namespace {

int failures = 0;

void expect(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "failed: %s\n", what);
  ++failures;
}

}  // namespace

int main() {
  const Policy policy("alice,bob", "carol");
  expect(policy.admits("alice") && policy.admits("bob"), "users are let in");
  expect(policy.admits("carol") && policy.is_administrator("carol"), "administrators are let in");
  expect(!policy.is_administrator("alice"), "a user is no administrator");
  expect(!policy.admits("dave") && !policy.admits(""), "nobody else is let in");
  expect(!Policy("", "").admits(""), "an empty list lets nobody in");
  return failures == 0 ? 0 : 1;
}
