#include "store.hpp"

#include <fmt/format.h>

#include <chrono>

#include "lib/config/edit/file.hpp"
#include "reload.hpp"

namespace config_tree {
namespace {

namespace config = winrmd::config;

// Longer than a reload takes, so that editors queue.
constexpr std::chrono::seconds lock_patience{50};

std::unexpected<Refusal> refuse_file(const config::FileError& error) {
  return refuse(error.denied ? DWORD{ERROR_ACCESS_DENIED} : DWORD{ERROR_WSMAN_CONFIG_CORRUPTED}, error.message);
}

// What a file was before; nothing: there was none.
struct Former {
  std::string path;
  std::optional<std::string> text;
};

config::FileResult<void> put(const std::string& path, const std::optional<std::string>& text) {
  return text ? config::replace_file(path, *text) : config::remove_file(path);
}

// Files that were replaced, and go back unless keep() is called.
class Replacement {
 public:
  Replacement() = default;
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    for (auto former = former_.rbegin(); former != former_.rend(); ++former) {
      // The reason that is on its way to the client matters more than that this failed, too.
      [[maybe_unused]] const auto ignored = put(former->path, former->text);
    }
  }

  config::FileResult<void> replace(const std::string& path, const std::optional<std::string>& text) {
    auto old = config::read_file(path);
    auto written = put(path, text);
    if (written) {
      former_.push_back({.path = path, .text = old ? std::optional(std::move(*old)) : std::nullopt});
    }
    return written;
  }

  void keep() { former_.clear(); }

 private:
  std::vector<Former> former_;
};

}  // namespace

Outcome<Snapshot> Store::understand(std::string text, DWORD code) const {
  auto settings = config::parse(text, location_.file);
  if (!settings) return refuse(code, settings.error().message);
  Snapshot snapshot{.text = std::move(text), .settings = std::move(*settings)};
  for (const auto& application : snapshot.settings.applications) {
    if (application.path == location_.application) return snapshot;
    ++snapshot.application;
  }
  return refuse(code, fmt::format("{} has no application '{}'", location_.file, location_.application));
}

Outcome<Snapshot> Store::read() const {
  auto text = config::read_file(location_.file);
  if (!text) return refuse_file(text.error());
  return understand(std::move(*text), ERROR_WSMAN_CONFIG_CORRUPTED);
}

Outcome<void> Store::take_effect(const Snapshot& before) const {
  if (!location_.reload_after) return {};
  auto control = location_.control;
  if (control.empty()) control = before.settings.control_socket;
  if (control.empty()) control = std::string(config::default_control_socket);
  const auto answer = reload_service(control);
  if (answer) return {};
  return refuse(ERROR_INVALID_PARAMETER, fmt::format("nothing was changed: {}", answer.error()));
}

Outcome<void> Store::apply(const Snapshot& before, const Snapshot& after, const Change& change) const {
  Replacement files;
  for (const auto& file : change.files) {
    if (auto replaced = files.replace(file.path, file.text); !replaced) return refuse_file(replaced.error());
  }
  if (after.text != before.text) {
    if (auto replaced = files.replace(location_.file, after.text); !replaced) return refuse_file(replaced.error());
  }
  // Asked where the service listens now: the socket of the new file is there after its next start.
  if (auto taken = take_effect(before); !taken) return taken;
  files.keep();
  return {};
}

Outcome<Snapshot> Store::change(const Plan& plan) const {
  if (location_.read_only) {
    return refuse(ERROR_WSMAN_CONFIG_READONLY_PROPERTY, "the configuration of this service cannot be changed");
  }
  const auto lock = config::EditLock::take(location_.file, lock_patience);
  if (!lock)
    return refuse(lock.error().denied ? DWORD{ERROR_ACCESS_DENIED} : DWORD{ERROR_TIMEOUT}, lock.error().message);
  auto before = read();
  if (!before) return before;
  const auto change = plan(*before);
  if (!change) return std::unexpected(change.error());
  if (change->text == before->text && change->files.empty()) return before;
  auto after = understand(change->text, ERROR_WSMAN_SCHEMA_VALIDATION_ERROR);
  if (!after) return after;
  if (auto applied = apply(*before, *after, *change); !applied) return std::unexpected(applied.error());
  return after;
}

}  // namespace config_tree
