// winrm/config/listener: [[listener]]s.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "collection.hpp"
#include "lib/text/ascii.hpp"
#include "listener_group.hpp"
#include "representation.hpp"
#include "toml_draft.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;
using winrmd::text::iequals;

constexpr std::string_view collection_uri = "http://schemas.microsoft.com/wbem/wsman/1/config/listener";
constexpr std::string_view element = "Listener";
constexpr std::string_view http_port = "5985";
constexpr std::string_view https_port = "5986";

std::string show_transport(bool tls) { return tls ? "HTTPS" : "HTTP"; }

std::vector<Leaf> leaves_of(const Snapshot& snapshot, const ListenerGroup& group) {
  const auto& all = snapshot.settings.listeners;
  const auto& first = all[group.indexes.front()];
  std::vector<Leaf> leaves{
      {"Address", group.address},
      {"Transport", show_transport(group.tls)},
      {"Port", fmt::format("{}", group.port)},
      {"Hostname", ""},
      {"Enabled", "true"},
      {"URLPrefix", snapshot.app().path},
      {"CertificateThumbprint", group.tls ? thumbprint_of(first.certificate) : ""},
  };
  for (const auto index : group.indexes) {
    for (auto& address : listening_on(all[index].address)) leaves.push_back({"ListeningOn", std::move(address)});
  }
  return leaves;
}

Outcome<std::uint16_t> read_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65'535) {
    return refuse(ERROR_WSMAN_CONFIG_PORT_INVALID, fmt::format("Listener/Port: '{}' is not 1 to 65535", text));
  }
  return static_cast<std::uint16_t>(port);
}

struct Files {
  std::string certificate;
  std::string key;
};

// Certificates are chosen among those that listeners have: there is no store of them.
Outcome<Files> find_certificate(const Snapshot& snapshot, std::string_view thumbprint) {
  if (thumbprint.empty()) {
    return refuse(ERROR_WSMAN_CERT_THUMBPRINT_BLANK, "Listener/CertificateThumbprint: HTTPS needs a certificate");
  }
  for (const auto& listener : snapshot.settings.listeners) {
    if (listener.tls && iequals(thumbprint_of(listener.certificate), thumbprint)) {
      return Files{.certificate = listener.certificate, .key = listener.key};
    }
  }
  return refuse(ERROR_WSMAN_CERT_NOT_FOUND,
                fmt::format("Listener/CertificateThumbprint: no listener has a certificate {}; name its files in the "
                            "configuration of the service",
                            thumbprint));
}

std::unexpected<Refusal> read_only(const Leaf& leaf) {
  return refuse(ERROR_WSMAN_CONFIG_READONLY_PROPERTY,
                fmt::format("Listener/{}: cannot be '{}' here", leaf.path, leaf.text));
}

// What a client wants of a listener; checks all that cannot be changed.
struct Wanted {
  std::optional<std::uint16_t> port{};
  std::optional<std::string> thumbprint{};
};

Outcome<Wanted> read_wanted(std::string_view xml, const std::vector<Leaf>& current, bool tls) {
  const auto leaves = read_object(xml, element);
  if (!leaves) return std::unexpected(leaves.error());
  Wanted wanted;
  for (const auto& leaf : *leaves) {
    const auto known = std::ranges::find(current, leaf.path, &Leaf::path);
    if (known == current.end() && leaf.path != "ListeningOn") {
      return refuse(ERROR_WSMAN_SCHEMA_VALIDATION_ERROR,
                    fmt::format("Listener/{}: there is no such setting", leaf.path));
    }
    // Computed: what is sent back is what was read.
    if (leaf.path == "ListeningOn" || iequals(known->text, leaf.text)) continue;
    if (leaf.path == "Port") {
      const auto port = read_port(leaf.text);
      if (!port) return std::unexpected(port.error());
      wanted.port = *port;
    } else if (leaf.path == "CertificateThumbprint") {
      if (!tls) {
        return refuse(ERROR_WSMAN_CONFIG_THUMBPRINT_SHOULD_BE_EMPTY,
                      "Listener/CertificateThumbprint: has to be empty without TLS");
      }
      wanted.thumbprint = leaf.text;
    } else {
      return read_only(leaf);
    }
  }
  return wanted;
}

Outcome<bool> read_transport(const std::vector<Selector>& selectors) {
  const auto* transport = find_selector(selectors, "Transport");
  if (transport == nullptr) return refuse(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "the selector Transport is missing");
  if (iequals(*transport, "HTTP")) return false;
  if (iequals(*transport, "HTTPS")) return true;
  return refuse(ERROR_WSMAN_INVALID_SELECTOR_VALUE, fmt::format("Transport: '{}' is not HTTP or HTTPS", *transport));
}

class Listeners : public Collection {
 public:
  [[nodiscard]] std::string_view uri() const override { return "listener"; }
  [[nodiscard]] std::string_view name() const override { return element; }

  [[nodiscard]] Outcome<std::vector<Instance>> list(const Snapshot& snapshot) const override {
    const auto groups = group_listeners(snapshot.settings);
    std::vector<Instance> objects;
    for (const auto& group : groups) {
      Instance object{.selectors = {{"Address", group.address}, {"Transport", show_transport(group.tls)}},
                      .xml = write_object(element, collection_uri, leaves_of(snapshot, group))};
      // Windows has one listener for these two; where there are more the port tells them apart.
      const auto same = std::ranges::count_if(
          groups, [&](const ListenerGroup& other) { return other.address == group.address && other.tls == group.tls; });
      if (same > 1) object.selectors.push_back({"Port", fmt::format("{}", group.port)});
      objects.push_back(std::move(object));
    }
    return objects;
  }

  [[nodiscard]] Outcome<Change> put(const Snapshot& snapshot, const Instance& object,
                                    std::string_view xml) const override {
    const auto group = group_of(snapshot, object);
    const auto wanted = read_wanted(xml, leaves_of(snapshot, group), group.tls);
    if (!wanted) return std::unexpected(wanted.error());
    TomlDraft draft(snapshot.text);
    Outcome<void> done;
    for (const auto index : group.indexes) {
      if (wanted->port && done) done = draft.set({"listener", index, "port"}, config::number_value(*wanted->port));
      if (!wanted->thumbprint || !done) continue;
      const auto files = find_certificate(snapshot, *wanted->thumbprint);
      if (!files) return std::unexpected(files.error());
      done = draft.set({"listener", index, "certificate"}, config::text_value(files->certificate));
      if (done) done = draft.set({"listener", index, "key"}, config::text_value(files->key));
    }
    if (!done) return std::unexpected(done.error());
    return Change{.text = draft.text()};
  }

  [[nodiscard]] Outcome<Made> create(const Snapshot& snapshot, const std::vector<Selector>& selectors,
                                     std::string_view xml) const override {
    const auto tls = read_transport(selectors);
    if (!tls) return std::unexpected(tls.error());
    const auto* address = find_selector(selectors, "Address");
    if (address == nullptr) return refuse(ERROR_WSMAN_INSUFFCIENT_SELECTORS, "the selector Address is missing");
    const auto addresses = addresses_of(*address);
    if (!addresses) return std::unexpected(addresses.error());
    if (exists(snapshot, *address, *tls)) {
      return refuse(ERROR_WSMAN_ALREADY_EXISTS,
                    fmt::format("there is a listener {} {}", *address, show_transport(*tls)));
    }
    const auto wanted =
        read_wanted(xml.empty() ? fmt::format("<Listener xmlns=\"{}\"/>", collection_uri) : std::string(xml),
                    defaults(snapshot, *address, *tls), *tls);
    if (!wanted) return std::unexpected(wanted.error());
    Files files;
    if (*tls) {
      auto found = find_certificate(snapshot, wanted->thumbprint.value_or(""));
      if (!found) return std::unexpected(found.error());
      files = std::move(*found);
    }
    const auto usual = *tls ? std::uint16_t{5986} : std::uint16_t{5985};
    TomlDraft draft(snapshot.text);
    for (const auto& one : *addresses) {
      std::vector<std::pair<std::string, config::Node>> members{
          {"address", config::text_value(one)}, {"port", config::number_value(wanted->port.value_or(usual))}};
      if (*tls) {
        members.emplace_back("tls", config::flag_value(true));
        members.emplace_back("certificate", config::text_value(files.certificate));
        members.emplace_back("key", config::text_value(files.key));
      }
      if (auto done = draft.append({"listener"}, config::table_value(std::move(members))); !done) {
        return std::unexpected(done.error());
      }
    }
    return Made{.change = {.text = draft.text()},
                .selectors = {{"Address", *address}, {"Transport", show_transport(*tls)}}};
  }

  [[nodiscard]] Outcome<Change> remove(const Snapshot& snapshot, const Instance& object) const override {
    const auto group = group_of(snapshot, object);
    TomlDraft draft(snapshot.text);
    for (auto index = group.indexes.rbegin(); index != group.indexes.rend(); ++index) {
      if (auto done = draft.remove({"listener", *index}); !done) return std::unexpected(done.error());
    }
    return Change{.text = draft.text()};
  }

 private:
  // `object` is one of list(), which has them in the order of the groups.
  static ListenerGroup group_of(const Snapshot& snapshot, const Instance& object) {
    auto groups = group_listeners(snapshot.settings);
    const auto* port = find_selector(object.selectors, "Port");
    return *std::ranges::find_if(groups, [&](const ListenerGroup& group) {
      return group.address == object.selectors[0].value && show_transport(group.tls) == object.selectors[1].value &&
             (port == nullptr || fmt::format("{}", group.port) == *port);
    });
  }

  static bool exists(const Snapshot& snapshot, const std::string& address, bool tls) {
    return std::ranges::any_of(group_listeners(snapshot.settings), [&](const ListenerGroup& group) {
      return iequals(group.address, address) && group.tls == tls;
    });
  }

  static std::vector<Leaf> defaults(const Snapshot& snapshot, const std::string& address, bool tls) {
    return {{"Address", address},
            {"Transport", show_transport(tls)},
            {"Port", std::string(tls ? https_port : http_port)},
            {"Hostname", ""},
            {"Enabled", "true"},
            {"URLPrefix", snapshot.app().path},
            {"CertificateThumbprint", ""}};
  }
};

}  // namespace

const Collection& listeners() {
  static const Listeners instance;
  return instance;
}

}  // namespace config_tree
