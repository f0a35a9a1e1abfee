// Resources: things and how many there are of each, for as long as the process lives.
//   Get, Put, Delete   one of them, by the selector Name
//   Create             one more; the answer says its selector
//   Enumerate          all, or with a filter by selectors the one of that name
//   Invoke             the action .../Take with <Take><Count>3</Count></Take>
#include <optional>
#include <string>
#include <wsman/resources.hpp>

#include "inventory.hpp"
#include "item_xml.hpp"

namespace {

// What is thrown becomes the client's fault.
[[noreturn]] void refuse(DWORD code, PCWSTR why) { throw wsman::Error(code, why); }

std::string utf8(wsman::StringView text) {
  const auto converted = wsman::to_utf8(text);
  if (!converted) refuse(ERROR_INVALID_DATA, WSMAN_TEXT("That is no text."));
  return *converted;
}

std::string name_in(const wsman::ResourceRequest& request) {
  const auto name = request.selector(WSMAN_TEXT("Name"));
  if (!name) refuse(ERROR_WSMAN_INVALID_SELECTORS, WSMAN_TEXT("The selector Name is missing."));
  return utf8(*name);
}

std::uint32_t count_in(wsman::StringView body) {
  const auto count = number_in(utf8(body), "Count");
  if (!count) refuse(ERROR_INVALID_DATA, WSMAN_TEXT("The body has no Count that is a number."));
  return *count;
}

wsman::Reference reference_to(const std::string& name) {
  return wsman::Reference().add(WSMAN_TEXT("Name"), wsman::to_wide(name).value_or(wsman::String()));
}

class InventoryPlugin : public wsman::ResourcePlugin {
 public:
  explicit InventoryPlugin(const wsman::Startup&) {}

  void get(wsman::Get request) override {
    const auto name = name_in(request);
    const auto count = inventory_.find(name);
    if (!count) not_there();
    request.answer(item_xml(name, *count));
  }

  void put(wsman::Put request) override {
    const auto name = name_in(request);
    const auto count = count_in(request.body());
    if (!inventory_.set(name, count)) not_there();
    request.answer(item_xml(name, count));
  }

  void create(wsman::Create request) override {
    const auto name = text_in(utf8(request.body()), "Name").value_or("");
    switch (inventory_.add(name, count_in(request.body()))) {
      case Inventory::Added::yes:
        request.answer(reference_to(name));
        break;
      case Inventory::Added::there_already:
        refuse(ERROR_ALREADY_EXISTS, WSMAN_TEXT("There is a thing of that name."));
      case Inventory::Added::no_name:
        refuse(ERROR_INVALID_DATA, WSMAN_TEXT("The body has no Name, or it is too long."));
      case Inventory::Added::no_room:
        refuse(ERROR_WSMAN_QUOTA_LIMIT, WSMAN_TEXT("There is no room for more things."));
    }
  }

  void remove(wsman::Delete request) override {
    if (!inventory_.remove(name_in(request))) not_there();
    request.done();
  }

  void invoke(wsman::Invoke request) override {
    const auto action = request.action();
    if (action.substr(action.rfind(WSMAN_TEXT('/')) + 1) != wsman::view(WSMAN_TEXT("Take"))) {
      refuse(ERROR_WSMAN_ACTION_NOT_SUPPORTED, WSMAN_TEXT("The only action is Take."));
    }
    const auto left = inventory_.take(name_in(request), count_in(request.body()));
    if (!left) refuse(ERROR_INVALID_DATA, WSMAN_TEXT("There are not so many."));
    request.answer("<TakeResponse xmlns=\"urn:example:inventory\"><Left>" + std::to_string(*left) +
                   "</Left></TakeResponse>");
  }

  // item() waits for a client that is slow, so no lock is held meanwhile.
  void enumerate(wsman::Enumerate request) override {
    const auto wanted = request.selector_filter().find(WSMAN_TEXT("Name"));
    const std::optional<std::string> only = wanted ? std::optional(utf8(*wanted)) : std::nullopt;
    for (auto item = inventory_.after(""); item; item = inventory_.after(item->first)) {
      if (only && *only != item->first) continue;
      if (request.item(item_xml(item->first, item->second), reference_to(item->first)) != NO_ERROR) break;
    }
    request.done();
  }

 private:
  [[noreturn]] static void not_there() { refuse(ERROR_FILE_NOT_FOUND, WSMAN_TEXT("There is no thing of that name.")); }

  Inventory inventory_;
};

}  // namespace

WSMAN_RESOURCE_PLUGIN(InventoryPlugin)
