#include "greeting.hpp"

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
  expect(greeting("Hello", "greet Alice") == "Hello, Alice!\n", "the name is greeted with the word");
  expect(!greeting("Hello", "greet "), "a greeting needs a name");
  expect(!greeting("Hello", "ls"), "there are no other commands");
  return failures == 0 ? 0 : 1;
}
