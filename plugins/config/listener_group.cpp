#include "listener_group.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>

#include "lib/config/edit/file.hpp"
#include "lib/text/ascii.hpp"

namespace config_tree {
namespace {

constexpr std::string_view any_v4 = "0.0.0.0";
constexpr std::string_view any_v6 = "::";

std::string selector_of(const std::string& address) {
  return address == any_v4 || address == any_v6 ? "*" : "IP:" + address;
}

using Interfaces = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Interfaces interfaces() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) first = nullptr;
  return {first, &::freeifaddrs};
}

std::string show_address(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address->sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  if (address->sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (bytes == nullptr || ::inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

std::vector<std::string> host_addresses(int family) {
  std::vector<std::string> found;
  const auto list = interfaces();
  for (const ifaddrs* one = list.get(); one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family || (one->ifa_flags & IFF_UP) == 0) continue;
    auto text = show_address(one->ifa_addr);
    if (std::ranges::find(found, text) == found.end()) found.push_back(std::move(text));
  }
  return found;
}

}  // namespace

std::vector<ListenerGroup> group_listeners(const winrmd::config::Settings& settings) {
  std::vector<ListenerGroup> groups;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const auto& listener = settings.listeners[i];
    const auto address = selector_of(listener.address);
    const auto same = std::ranges::find_if(groups, [&](const ListenerGroup& group) {
      return address == "*" && group.address == address && group.tls == listener.tls && group.port == listener.port;
    });
    if (same == groups.end()) {
      groups.push_back({.address = address, .tls = listener.tls, .port = listener.port, .indexes = {i}});
    } else {
      same->indexes.push_back(i);
    }
  }
  return groups;
}

Outcome<std::vector<std::string>> addresses_of(const std::string& selector) {
  if (selector == "*") {
    std::vector<std::string> both{std::string(any_v4)};
    if (!host_addresses(AF_INET6).empty()) both.emplace_back(any_v6);
    return both;
  }
  if (selector.size() > 4 && winrmd::text::istarts_with(selector, "MAC:")) {
    return refuse(ERROR_WSMAN_LISTENER_ADDRESS_INVALID, "a listener cannot be tied to a MAC address here; use IP:");
  }
  const auto address = selector.substr(std::min<std::size_t>(3, selector.size()));
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const bool is_address =
      winrmd::text::istarts_with(selector, "IP:") && (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
                                                      ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1);
  if (!is_address) {
    return refuse(ERROR_WSMAN_LISTENER_ADDRESS_INVALID, fmt::format("'{}' is not *, or IP: and an address", selector));
  }
  return std::vector<std::string>{address};
}

std::string thumbprint_of(const std::string& file) {
  const auto pem = winrmd::config::read_file(file);
  if (!pem) return {};
  const std::unique_ptr<BIO, decltype(&::BIO_free)> input(::BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())),
                                                          &::BIO_free);
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
      ::PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr), &::X509_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!certificate || ::X509_digest(certificate.get(), ::EVP_sha1(), digest.data(), &size) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02X}", digest[i]);
  return text;
}

std::vector<std::string> listening_on(const std::string& address) {
  if (address == any_v4) return host_addresses(AF_INET);
  if (address == any_v6) return host_addresses(AF_INET6);
  return {address};
}

}  // namespace config_tree
