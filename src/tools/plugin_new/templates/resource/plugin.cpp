#include <optional>
#include <string>
#include <wsman/resources.hpp>

#include "store.hpp"

namespace {

// Which thing a request is about.
std::string name_in(const wsman::ResourceRequest& request) {
  const auto selector = request.selector(WSMAN_TEXT("Name"));
  if (!selector) throw wsman::Error(ERROR_WSMAN_INVALID_SELECTORS, WSMAN_TEXT("The selector Name is missing."));
  const auto name = wsman::to_utf8(*selector);
  if (!name || name->empty()) throw wsman::Error(ERROR_WSMAN_INVALID_SELECTORS, WSMAN_TEXT("Name is no name."));
  return *name;
}

std::string part_in(wsman::StringView body, const char* part) {
  const auto xml = wsman::to_utf8(body);
  const auto text = xml ? part_of(*xml, part) : std::nullopt;
  if (!text) throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("The body is no Thing with Name and Text."));
  return *text;
}

wsman::Reference reference_to(const std::string& name) {
  return wsman::Reference().add(WSMAN_TEXT("Name"), wsman::to_wide(name).value_or(wsman::String()));
}

// An Error that is thrown becomes the client's fault. Several threads call at a time.
class PLUGIN_CLASS : public wsman::ResourcePlugin {
 public:
  explicit PLUGIN_CLASS(const wsman::Startup&) {}

  void get(wsman::Get request) override {
    const auto name = name_in(request);
    const auto text = store_.find(name);
    if (!text) throw wsman::Error(ERROR_FILE_NOT_FOUND);
    request.answer(thing_xml(name, *text));
  }
  void put(wsman::Put request) override {
    const auto name = name_in(request);
    const auto text = part_in(request.body(), "Text");
    if (!store_.change(name, text)) throw wsman::Error(ERROR_FILE_NOT_FOUND);
    request.answer(thing_xml(name, text));
  }
  void create(wsman::Create request) override {
    const auto name = part_in(request.body(), "Name");
    if (name.empty()) throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("A thing needs a name."));
    if (!store_.add(name, part_in(request.body(), "Text"))) throw wsman::Error(ERROR_ALREADY_EXISTS);
    request.answer(reference_to(name));
  }
  void remove(wsman::Delete request) override {
    if (!store_.remove(name_in(request))) throw wsman::Error(ERROR_FILE_NOT_FOUND);
    request.done();
  }
  void enumerate(wsman::Enumerate request) override {
    for (const auto& thing : store_.all()) {
      if (request.item(thing_xml(thing.first, thing.second), reference_to(thing.first)) != NO_ERROR) break;
    }
    request.done();
  }

 private:
  Store store_;
};

}  // namespace

WSMAN_RESOURCE_PLUGIN(PLUGIN_CLASS)
