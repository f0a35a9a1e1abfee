// The winrm/config tree: the entry points that the service calls. Everything is done inside the call; a change waits
// for other changes and for the service to take it.
#include <algorithm>
#include <string>
#include <utility>
#include <wsman/resources.hpp>

#include "lib/text/ascii.hpp"
#include "tree.hpp"
#include "wire.hpp"

namespace config_tree {
namespace {

Location read_location(const wsman::Startup& startup) {
  Location location{.file = startup.parameter("file").value_or(""),
                    .control = startup.parameter("control").value_or(""),
                    .application = utf8(startup.application())};
  location.read_only = startup.parameter("read_only") == "true";
  location.reload_after = startup.parameter("reload") != "false";
  if (!location.file.starts_with('/')) {
    throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("The parameter file has to be an absolute path."));
  }
  return location;
}

// A refusal becomes the answer.
template <class T>
T value_of(Outcome<T> outcome) {
  if (!outcome) throw wsman::Error(outcome.error().code, wide(outcome.error().text));
  if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

bool fits(const Instance& instance, const std::vector<Selector>& filter) {
  return std::ranges::all_of(filter, [&](const Selector& wanted) {
    return std::ranges::any_of(instance.selectors, [&](const Selector& own) {
      return winrmd::text::iequals(own.name, wanted.name) && winrmd::text::iequals(own.value, wanted.value);
    });
  });
}

class ConfigTree : public wsman::ResourcePlugin {
 public:
  explicit ConfigTree(const wsman::Startup& startup) : tree_(read_location(startup)) {}

  void get(wsman::Get request) override {
    request.check_options();
    request.answer(value_of(tree_.get(value_of(read_request(request)))));
  }

  void put(wsman::Put request) override {
    request.check_options();
    const auto xml = value_of(tree_.put(value_of(read_request(request, request.body()))));
    if (xml.empty()) {
      request.done();
    } else {
      request.answer(xml);
    }
  }

  void create(wsman::Create request) override {
    request.check_options();
    request.answer(make_reference(value_of(tree_.create(value_of(read_request(request, request.body()))))));
  }

  void remove(wsman::Delete request) override {
    request.check_options();
    value_of(tree_.remove(value_of(read_request(request))));
    request.done();
  }

  void invoke(wsman::Invoke request) override {
    request.check_options();
    request.answer(value_of(tree_.invoke(value_of(read_request(request, request.body())), utf8(request.action()))));
  }

  void enumerate(wsman::Enumerate request) override {
    request.check_options();
    const auto filter = read_selectors(request.selector_filter());
    if (filter.empty() && !request.filter().empty()) {
      throw wsman::Error(ERROR_WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED, WSMAN_TEXT("Filters are selectors here."));
    }
    for (const auto& item : value_of(tree_.enumerate(value_of(read_request(request))))) {
      if (!fits(item, filter)) continue;
      const auto code = request.item(item.xml, make_reference(item.selectors));
      if (code != NO_ERROR) throw wsman::Error(code);
    }
    request.done();
  }

 private:
  const Tree tree_;
};

}  // namespace
}  // namespace config_tree

WSMAN_RESOURCE_PLUGIN(config_tree::ConfigTree)
