// Resources for the end-to-end tests: a store of things, and operations that wait, are slow, or end the process.
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>
#include <wsman/resources.hpp>

#include "resource_probe/store.hpp"
#include "support/log.hpp"

namespace probe {
namespace {

std::string text8(wsman::StringView text) { return wsman::to_utf8(text).value_or(std::string()); }

std::string name_in(const wsman::ResourceRequest& request) {
  const auto name = request.selector(WSMAN_TEXT("Name"));
  if (!name) throw wsman::Error(ERROR_WSMAN_INSUFFCIENT_SELECTORS);
  return text8(*name);
}

wsman::Reference reference_to(const Thing& thing) {
  return wsman::Reference().add(WSMAN_TEXT("Name"), wsman::to_wide(thing.name).value());
}

class Plugin final : public wsman::ResourcePlugin {
 public:
  explicit Plugin(const wsman::Startup& startup) {
    log_to(startup.parameter("log").value_or(""));
    Line("Startup").write();
  }

  void get(wsman::Get request) override {
    const auto thing = found(request);
    const std::string fragment = text8(request.fragment());
    if (fragment.empty()) {
      request.answer(thing_xml(thing));
    } else if (fragment == "Size") {
      request.answer("<t:Size xmlns:t=\"http://winrmd.test/resource/thing\">" + thing.size + "</t:Size>");
    } else {
      throw wsman::Error(ERROR_WSMAN_INVALID_FRAGMENT_PATH);
    }
  }

  void put(wsman::Put request) override {
    auto thing = found(request);
    thing.size = text_of(text8(request.body()), "Size");
    store_.change(thing);
    if (request.option(WSMAN_TEXT("Quiet"))) {
      request.done();
    } else {
      request.answer(thing_xml(thing));
    }
  }

  void create(wsman::Create request) override {
    const std::string body = text8(request.body());
    const Thing thing{text_of(body, "Name"), text_of(body, "Size")};
    if (thing.name.empty()) throw wsman::Error(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
    if (!store_.add(thing))
      throw wsman::Error(ERROR_WSMAN_ALREADY_EXISTS, WSMAN_TEXT("There is a thing of that name."));
    request.answer(reference_to(thing));
  }

  void remove(wsman::Delete request) override {
    if (!store_.remove(name_in(request))) throw wsman::Error(ERROR_WSMAN_INVALID_SELECTORS);
    request.done();
  }

  // Total: of all sizes. Wait: until it is told to end. Crash.
  void invoke(wsman::Invoke request) override {
    const std::string action = text8(request.action());
    const std::string method = action.substr(action.rfind('/') + 1);
    if (method == "Crash") std::abort();
    if (method == "Wait") {
      Line("Wait").write();
      return wait_for_end(request, "WaitEnded");
    }
    if (method != "Total") throw wsman::Error(ERROR_WSMAN_ACTION_NOT_SUPPORTED);
    long total = 0;
    for (const auto& thing : store_.all()) total += std::atol(thing.size.c_str());
    request.answer("<t:Total_OUTPUT xmlns:t=\"http://winrmd.test/resource/thing\"><t:Total>" + std::to_string(total) +
                   "</t:Total></t:Total_OUTPUT>");
  }

  // All things, or those a selector filter names. With the option Count: so many made-up ones, as they are fetched;
  // with Last: what becomes of it then (`wait`, `fail`).
  void enumerate(wsman::Enumerate request) override {
    const auto count = request.option(WSMAN_TEXT("Count"));
    const std::string last = text8(request.option(WSMAN_TEXT("Last")).value_or(wsman::StringView()));
    const auto things = count ? made_up(std::atol(text8(*count).c_str())) : chosen(request);
    for (const auto& thing : things) {
      if (request.item(thing_xml(thing), reference_to(thing)) != NO_ERROR) {
        Line("EnumerateStopped").write();
        return (void)request.complete(ERROR_OPERATION_ABORTED);
      }
    }
    if (last == "fail") throw wsman::Error(ERROR_WSMAN_RESOURCE_NOT_FOUND, WSMAN_TEXT("The list is torn."));
    if (last == "crash") std::abort();
    if (last != "wait") return (void)request.done();
    wait_for_end(request, "EnumerateEnded");
  }

 private:
  // Somebody has to hold it: what is dropped is answered.
  void wait_for_end(const wsman::Operation& operation, const char* event) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      waiting_.push_back(operation);
    }
    operation.on_end([event](const wsman::Operation& ended) {
      Line(event).write();
      ended.complete(ERROR_OPERATION_ABORTED);
    });
  }
  Thing found(const wsman::ResourceRequest& request) const {
    auto thing = store_.find(name_in(request));
    if (!thing) throw wsman::Error(ERROR_WSMAN_RESOURCE_NOT_FOUND, WSMAN_TEXT("There is no thing of that name."));
    return std::move(*thing);
  }
  static std::vector<Thing> made_up(long count) {
    std::vector<Thing> things;
    for (long i = 0; i < count; ++i) things.push_back({"n" + std::to_string(i), "1"});
    return things;
  }
  std::vector<Thing> chosen(const wsman::Enumerate& request) const {
    auto things = store_.all();
    if (const auto name = request.selector_filter().find(WSMAN_TEXT("Name"))) {
      things.erase(std::remove_if(things.begin(), things.end(),
                                  [wanted = text8(*name)](const Thing& thing) { return thing.name != wanted; }),
                   things.end());
    } else if (!request.filter().empty()) {
      throw wsman::Error(ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER);
    }
    return things;
  }

  Store store_;
  std::mutex mutex_;
  std::vector<wsman::Operation> waiting_;
};

}  // namespace
}  // namespace probe

WSMAN_RESOURCE_PLUGIN(probe::Plugin)
