// Resources for wsman.hpp: what wsman_resource.h adds to the interface, as objects. Not part of wsman.hpp, since
// Windows has no such entry points; the rules are the same. An author writes
//     #include <wsman/resources.hpp>
//     class Things : public wsman::ResourcePlugin { ... };
//     WSMAN_RESOURCE_PLUGIN(Things)
// A plug-in with shells as well derives from both classes and writes
//     WSMAN_SHELL_PLUGIN(Things)
//     WSMAN_RESOURCE_ENTRY_POINTS(Things)
#ifndef WINRMD_WSMAN_RESOURCES_HPP
#define WINRMD_WSMAN_RESOURCES_HPP

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "../wsman.hpp"
#include "../wsman_resource.h"

namespace wsman {

// A set of selectors as the host passes it, or none. The views end with the request.
class Selectors {
 public:
  Selectors() noexcept = default;
  explicit Selectors(const WSMAN_SELECTOR_SET* set) noexcept : set_(set) {}

  std::size_t size() const noexcept { return set_ != nullptr && set_->keys != nullptr ? set_->numberKeys : 0; }
  StringView name(std::size_t index) const noexcept {
    return index < size() ? view(set_->keys[index].key) : StringView();
  }
  StringView value(std::size_t index) const noexcept {
    return index < size() ? view(set_->keys[index].value) : StringView();
  }
  // By name, compared without case; nothing: there is none of that name.
  std::optional<StringView> find(StringView name) const noexcept {
    for (std::size_t i = 0; i < size(); ++i) {
      if (equal_no_case(this->name(i), name)) return value(i);
    }
    return std::nullopt;
  }

 private:
  const WSMAN_SELECTOR_SET* set_ = nullptr;
};

// Names an instance.
class Reference {
 public:
  // No URI: that of the request.
  explicit Reference(String resource_uri = {}) : resource_(std::move(resource_uri)) {}
  Reference& add(String name, String value) {
    selectors_.emplace_back(std::move(name), std::move(value));
    return *this;
  }

  // For calls of the C interface: `act(const WSMAN_RESOURCE_REFERENCE&)`; what it gets ends with the call. Throws
  // std::bad_alloc.
  template <typename Act>
  DWORD with(Act&& act) const {
    std::vector<WSMAN_KEY> keys;
    keys.reserve(selectors_.size());
    for (const auto& selector : selectors_) keys.push_back({selector.first.c_str(), selector.second.c_str()});
    WSMAN_RESOURCE_REFERENCE reference = {};
    reference.resourceUri = resource_.empty() ? nullptr : resource_.c_str();
    reference.selectorSet.numberKeys = static_cast<DWORD>(keys.size());
    reference.selectorSet.keys = keys.empty() ? nullptr : keys.data();
    return act(reference);
  }

 private:
  String resource_;
  std::vector<std::pair<String, String>> selectors_;
};

namespace detail {

// One element of XML as the C interface takes it; throws Error(ERROR_INVALID_DATA) for what is no UTF-8.
template <typename Act>
DWORD with_xml(StringView xml, Act&& act) {
  const String text(xml);
  WSMAN_DATA data = {};
  data.type = WSMAN_DATA_TYPE_TEXT;
  data.text.buffer = text.c_str();
  data.text.bufferLength = static_cast<DWORD>(text.size());
  return act(data);
}
inline String wide_xml(std::string_view xml) {
  auto text = to_wide(xml);
  if (!text) throw Error(ERROR_INVALID_DATA, WSMAN_TEXT("The answer is no UTF-8."));
  return std::move(*text);
}

}  // namespace detail

// What all requests on resources say; for use before they are complete and before free_details().
class ResourceRequest : public Request {
 public:
  using Request::Request;

  Selectors selectors() const noexcept { return Selectors(info() ? &info()->selectorSet : nullptr); }
  std::optional<StringView> selector(StringView name) const noexcept { return selectors().find(name); }

  // The part that is asked for (w:FragmentTransfer); empty: the whole.
  StringView fragment() const noexcept { return info() ? view(info()->fragment.path) : StringView(); }
  StringView fragment_dialect() const noexcept { return info() ? view(info()->fragment.dialect) : StringView(); }

 protected:
  const WSMAN_OPERATION_INFO* info() const noexcept { return details() ? details()->operationInfo : nullptr; }
};

namespace detail {

// Answers that are an object: reports it and completes. `xml` is one element. NO_ERROR, or why the client gets a fault
// instead. Throws std::bad_alloc; the request is not complete then.
class ObjectRequest : public ResourceRequest {
 public:
  using ResourceRequest::ResourceRequest;

  DWORD answer(StringView xml) const {
    const DWORD code = with_xml(xml, [this](WSMAN_DATA& data) {
      return call([&](WSMAN_PLUGIN_REQUEST* request) { return WSManPluginReportObject(request, 0, &data); });
    });
    complete(code);
    return code;
  }
  DWORD answer(std::string_view utf8) const { return answer(StringView(wide_xml(utf8))); }
};

}  // namespace detail

class Get : public detail::ObjectRequest {
 public:
  using ObjectRequest::ObjectRequest;
};

class Put : public detail::ObjectRequest {
 public:
  Put(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* body) noexcept
      : ObjectRequest(request), body_(detail::text_of(body)) {}

  StringView body() const noexcept { return body_; }  // XML; empty: there was none
  bool done() const noexcept { return complete(); }   // without telling the object as it is now

 private:
  StringView body_;
};

class Create : public ResourceRequest {
 public:
  Create(WSMAN_PLUGIN_REQUEST* request, const WSMAN_DATA* body) noexcept
      : ResourceRequest(request), body_(detail::text_of(body)) {}

  StringView body() const noexcept { return body_; }
  // It is there, and this is its name. As ObjectRequest::answer.
  DWORD answer(const Reference& made) const {
    const DWORD code = made.with([this](const WSMAN_RESOURCE_REFERENCE& reference) {
      return call([&](WSMAN_PLUGIN_REQUEST* request) { return WSManPluginReportReference(request, 0, &reference); });
    });
    complete(code);
    return code;
  }

 private:
  StringView body_;
};

class Delete : public ResourceRequest {
 public:
  using ResourceRequest::ResourceRequest;
  bool done() const noexcept { return complete(); }
};

class Invoke : public detail::ObjectRequest {
 public:
  Invoke(WSMAN_PLUGIN_REQUEST* request, PCWSTR action, const WSMAN_DATA* body) noexcept
      : ObjectRequest(request), action_(view(action)), body_(detail::text_of(body)) {}

  StringView action() const noexcept { return action_; }
  StringView body() const noexcept { return body_; }
  bool done() const noexcept { return complete(); }  // without output

 private:
  StringView action_;
  StringView body_;
};

// One request for the whole enumeration.
class Enumerate : public ResourceRequest {
 public:
  Enumerate(WSMAN_PLUGIN_REQUEST* request, const WSMAN_ENUMERATION_INFO* info) noexcept
      : ResourceRequest(request),
        mode_(info ? info->mode : WSMAN_ENUMERATE_OBJECT),
        filter_(info ? info->selectorFilter : nullptr) {}

  bool wants_objects() const noexcept { return mode_ != WSMAN_ENUMERATE_REFERENCE; }
  bool wants_references() const noexcept { return mode_ != WSMAN_ENUMERATE_OBJECT; }

  // A filter by selectors; empty: none, or one in another dialect.
  Selectors selector_filter() const noexcept { return Selectors(filter_); }
  StringView filter() const noexcept { return info() ? view(info()->filter.filter) : StringView(); }
  StringView filter_dialect() const noexcept { return info() ? view(info()->filter.dialect) : StringView(); }

  // An item; what the client does not want of it is not sent. Waits while the client is far behind: hold no lock that
  // other calls need. NO_ERROR, or why not: the enumeration ends, complete it. Throws std::bad_alloc.
  DWORD item(StringView xml, const Reference& reference) const {
    const auto report = [this](WSMAN_DATA* object, const WSMAN_RESOURCE_REFERENCE* name) {
      return call([&](WSMAN_PLUGIN_REQUEST* request) { return WSManPluginReportItem(request, 0, object, name); });
    };
    if (!wants_objects()) {
      return reference.with([&](const WSMAN_RESOURCE_REFERENCE& name) { return report(nullptr, &name); });
    }
    return detail::with_xml(xml, [&](WSMAN_DATA& object) {
      if (!wants_references()) return report(&object, nullptr);
      return reference.with([&](const WSMAN_RESOURCE_REFERENCE& name) { return report(&object, &name); });
    });
  }
  DWORD item(std::string_view utf8, const Reference& reference) const {
    return item(StringView(detail::wide_xml(utf8)), reference);
  }
  bool done() const noexcept { return complete(); }  // there are no more

 private:
  WSManEnumerationMode mode_;
  const WSMAN_SELECTOR_SET* filter_;
};

// As ShellPlugin, for WSMAN_RESOURCE_PLUGIN(...). What is not overridden is answered with ERROR_NOT_SUPPORTED.
class ResourcePlugin {
 public:
  ResourcePlugin() = default;
  ResourcePlugin(const ResourcePlugin&) = delete;
  ResourcePlugin& operator=(const ResourcePlugin&) = delete;
  virtual ~ResourcePlugin() = default;

  virtual void get(Get request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void put(Put request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void create(Create request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void remove(Delete request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void invoke(Invoke request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void enumerate(Enumerate request) { request.complete(ERROR_NOT_SUPPORTED); }
};

namespace entry {

template <typename Plugin, typename Request>
void resource(PVOID plugin, void (ResourcePlugin::*member)(Request), const Request& request) noexcept {
  hand_on(request, [&](const Request& it) {
    ResourcePlugin& target = *static_cast<Plugin*>(plugin);
    (target.*member)(it);
  });
}

}  // namespace entry
}  // namespace wsman

#define WSMAN_RESOURCE_ENTRY_POINTS(Plugin)                                                                            \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginGet(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD) {                 \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::get, ::wsman::Get(request));                    \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginPut(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD,                   \
                                                 WSMAN_DATA* body) {                                                   \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::put, ::wsman::Put(request, body));              \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginCreate(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD,                \
                                                    WSMAN_DATA* body) {                                                \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::create, ::wsman::Create(request, body));        \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginDelete(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD) {              \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::remove, ::wsman::Delete(request));              \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginInvoke(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD, PCWSTR action, \
                                                    WSMAN_DATA* body) {                                                \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::invoke,                                         \
                                     ::wsman::Invoke(request, action, body));                                          \
  }                                                                                                                    \
  WSMAN_PLUGIN_EXPORT VOID WINAPI WSManPluginEnumerate(PVOID plugin, WSMAN_PLUGIN_REQUEST* request, DWORD,             \
                                                       const WSMAN_ENUMERATION_INFO* info) {                           \
    ::wsman::entry::resource<Plugin>(plugin, &::wsman::ResourcePlugin::enumerate, ::wsman::Enumerate(request, info));  \
  }

#define WSMAN_RESOURCE_PLUGIN(Plugin) \
  WSMAN_PLUGIN_CLASS(Plugin)          \
  WSMAN_RESOURCE_ENTRY_POINTS(Plugin)

#endif
