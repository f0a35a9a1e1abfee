// A service whose plug-in has resources, and a test in the place of its host and of its client.
#pragma once

#include "lib/ipc/messages_resource.hpp"
#include "lib/soap/names.hpp"
#include "net/testing/service_world.hpp"
#include "wsman_codes.h"

namespace winrmd::net::testing {

using ipc::Capability;

inline constexpr std::string_view inventory = "http://example.test/inventory";
inline constexpr std::string_view bare = "http://example.test/bare";  // Get without anything else

inline ipc::NetSetup setup_with_resources() {
  auto setup = service_setup();
  Plugin plugin;
  plugin.name = "inventory";
  plugin.file = "inventory.so";
  plugin.resources.push_back({.uri = std::string(inventory),
                              .capabilities = {{.type = Capability::get, .supports_fragment = true},
                                               {.type = Capability::put, .supports_fragment = true},
                                               {.type = Capability::create},
                                               {.type = Capability::remove},
                                               {.type = Capability::invoke},
                                               {.type = Capability::enumerate, .supports_filtering = true}}});
  plugin.resources.push_back({.uri = std::string(bare),
                              .supports_options = false,
                              .capabilities = {{.type = Capability::get}, {.type = Capability::enumerate}}});
  setup.applications.front().plugins.push_back(std::move(plugin));
  return setup;
}

struct ResourceRequest {
  std::string_view action;
  std::string body{};
  std::string headers{};
  std::string_view resource = inventory;

  [[nodiscard]] std::string envelope() const {
    return R"(<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing")"
           R"( xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration">)"
           "<s:Header><a:Action>" +
           std::string(action) + "</a:Action><a:MessageID>uuid:1</a:MessageID><w:ResourceURI>" + std::string(resource) +
           "</w:ResourceURI>" + headers + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
  }
};

inline const std::string one_selector = R"(<w:SelectorSet><w:Selector Name="Id">a&amp;b</w:Selector></w:SelectorSet>)";
inline const std::string some_fragment = R"(<w:FragmentTransfer s:mustUnderstand="true">a/b</w:FragmentTransfer>)";

// What is inside s:Body of a reply.
inline std::string body_of(const std::string& reply) {
  const auto begin = reply.find("<s:Body>");
  const auto end = reply.find("</s:Body>");
  if (begin == std::string::npos || end == std::string::npos) return "no envelope: " + reply;
  return reply.substr(begin + 8, end - begin - 8);
}
inline std::string code_of(const std::string& reply) {
  const auto begin = reply.find("Code=\"");
  return begin == std::string::npos ? "" : reply.substr(begin + 6, reply.find('"', begin + 6) - begin - 6);
}
inline std::string decimal(std::uint32_t code) { return std::to_string(code); }
inline std::string context_of(const std::string& reply) {
  const auto begin = reply.find("<n:EnumerationContext>") + 22;
  return reply.substr(begin, reply.find('<', begin) - begin);
}

struct ResourceWorld {
  ServiceWorld world{setup_with_resources()};
  Client client = world.client();
  std::optional<Peer> host{};
  bool logged_in = false;

  void post(const ResourceRequest& request) {
    client.post("alice", request.envelope());
    if (!std::exchange(logged_in, true)) world.accept_login();
  }
  std::string refused(const ResourceRequest& request) {
    post(request);
    return code_of(client.reply());
  }
  // The call that the host gets.
  Sent<ipc::ResourceCall> call(const ResourceRequest& request) {
    post(request);
    if (!host) host.emplace(world.start_host());
    return host->take<ipc::ResourceCall>();
  }
  std::string reply(const ResourceRequest& request, const ipc::ResourceResult& result) {
    host->send(result, call_id(request));
    return client.reply();
  }
  std::uint64_t call_id(const ResourceRequest& request) {
    if (!host) {
      post(request);
      host.emplace(world.start_host());
      return host->take<ipc::ResourceCall>().id;
    }
    return call(request).id;
  }
  Sent<ipc::EnumerationOpen> open(const ResourceRequest& request) {
    post(request);
    if (!host) host.emplace(world.start_host());
    return host->take<ipc::EnumerationOpen>();
  }
  // A context that gives nothing at once, and the host's name for it.
  std::pair<std::string, std::string> enumerate(const std::string& inside = "") {
    const auto opened = open({soap::action::enumerate, "<n:Enumerate>" + inside + "</n:Enumerate>"});
    host->send(ipc::Done{}, opened.id);
    return {context_of(client.reply()), opened.message.enumeration};
  }
  Sent<ipc::EnumerationPull> pull(const std::string& context, const std::string& more = "") {
    post({soap::action::pull,
          "<n:Pull><n:EnumerationContext>" + context + "</n:EnumerationContext>" + more + "</n:Pull>"});
    return host->take<ipc::EnumerationPull>();
  }
};

}  // namespace winrmd::net::testing
