#include "roles_file.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <utility>

#include "platform.hpp"

RolesFile::RolesFile(const std::string& path) : path_(platform::path(path)) {}

std::shared_ptr<const Roles> RolesFile::current() {
  std::string bytes;
  std::string error;
  const bool readable = read(bytes, error);
  const std::lock_guard lock(mutex_);
  if (!readable) {
    report(error);
    return nullptr;
  }
  if (!loaded_ || bytes != bytes_) {
    auto parsed = Roles::parse(bytes, error);
    roles_ = parsed ? std::make_shared<const Roles>(*std::move(parsed)) : nullptr;
    bytes_ = std::move(bytes);
    loaded_ = true;
    report(error);
  } else if (roles_ != nullptr) {
    reported_.clear();
  }
  return roles_;
}

bool RolesFile::read(std::string& bytes, std::string& error) const {
  std::ifstream file(path_, std::ios::binary);
  if (!file) {
    error = "cannot be opened";
    return false;
  }
  std::array<char, 4096> chunk = {};
  while (bytes.size() <= Roles::max_file_size && (file.read(chunk.data(), chunk.size()) || file.gcount() != 0)) {
    bytes.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) error = "cannot be read";
  if (bytes.size() > Roles::max_file_size) error = "is larger than 1 MiB";
  return error.empty();
}

// To the host's log. The client learns nothing of it.
void RolesFile::report(const std::string& error) {
  if (error == reported_) return;
  reported_ = error;
  if (!error.empty()) std::fprintf(stderr, "authz-roles: %s: %s\n", path_.string().c_str(), error.c_str());
}
