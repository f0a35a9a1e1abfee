#include "auth/host_names.hpp"

#include <limits.h>
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lib/text/ascii.hpp"

namespace winrmd::auth {
namespace {

constexpr std::size_t netbios_length = 15;

struct Names {
  std::mutex mutex;
  std::vector<std::string> names;
};

std::string own_name() {
  std::array<char, HOST_NAME_MAX + 1> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
  return buffer.data();
}

std::string full_name(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::string name = found->ai_canonname == nullptr ? "" : found->ai_canonname;
  ::freeaddrinfo(found);
  return name;
}

}  // namespace

std::function<bool(std::string_view)> host_names() {
  auto names = std::make_shared<Names>();
  const auto host = own_name();
  const auto label = host.substr(0, host.find('.'));
  names->names = {host, label, label.substr(0, netbios_length), "localhost"};
  // Detached: nobody waits for a resolver that does not answer, not even at the end.
  std::thread([names, host] {
    auto full = full_name(host);
    const std::lock_guard lock(names->mutex);
    names->names.push_back(std::move(full));
  }).detach();
  return [names](std::string_view written) {
    const std::lock_guard lock(names->mutex);
    return !written.empty() &&
           std::ranges::any_of(names->names, [&](const auto& name) { return text::iequals(name, written); });
  };
}

}  // namespace winrmd::auth
