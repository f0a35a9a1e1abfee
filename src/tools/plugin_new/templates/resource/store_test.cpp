#include "store.hpp"

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
  Store store;
  expect(store.add("a", "one") && !store.add("a", "two"), "a name is taken once");
  expect(store.find("a") == "one", "what was added is found");
  expect(store.change("a", "two") && !store.change("b", "x"), "only what is there is changed");
  expect(store.all().size() == 1 && store.all().at("a") == "two", "all are listed");
  expect(store.remove("a") && !store.remove("a") && !store.find("a"), "what was removed is gone");
  const auto xml = thing_xml("a", "1 < 2 & <3>");
  expect(part_of(xml, "Text") == "1 < 2 & <3>" && part_of(xml, "Name") == "a", "text survives XML");
  expect(!part_of("<Thing/>", "Text") && !part_of("</Text><Text>", "Text"), "no text is no text");
  return failures == 0 ? 0 : 1;
}
