// The configuration file: read, and changed in one step that either takes effect or leaves everything as it was.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/settings.hpp"
#include "outcome.hpp"

namespace config_tree {

// From the plug-in's parameters.
struct Location {
  std::string file;          // winrmd.toml
  std::string control{};     // control socket; empty: the one that the file names, or the usual one
  std::string application;   // path of the application that this plug-in belongs to
  bool read_only = false;    // every change is refused
  bool reload_after = true;  // the service is asked to take a change
};

// The file as it is at one moment.
struct Snapshot {
  std::string text;
  winrmd::config::Settings settings;
  std::size_t application = 0;  // index of this plug-in's

  [[nodiscard]] const winrmd::config::Application& app() const { return settings.applications[application]; }
};

// A file beside winrmd.toml; no text: it is removed.
struct FileChange {
  std::string path;
  std::optional<std::string> text;
};

// What is to be different.
struct Change {
  std::string text;  // of winrmd.toml
  std::vector<FileChange> files{};
};

class Store {
 public:
  explicit Store(Location location) : location_(std::move(location)) {}

  [[nodiscard]] Outcome<Snapshot> read() const;

  // Under a lock that editors of the file share: reads it, lets `plan` say what is to change, checks the result,
  // replaces the files and has the service take them. Whatever fails after that puts the old files back. The snapshot
  // afterwards. Waits for other editors and for the service.
  using Plan = std::function<Outcome<Change>(const Snapshot&)>;
  [[nodiscard]] Outcome<Snapshot> change(const Plan& plan) const;

  [[nodiscard]] const Location& location() const { return location_; }

 private:
  [[nodiscard]] Outcome<Snapshot> understand(std::string text, DWORD code) const;
  [[nodiscard]] Outcome<void> apply(const Snapshot& before, const Snapshot& after, const Change& change) const;
  [[nodiscard]] Outcome<void> take_effect(const Snapshot& before) const;

  Location location_;
};

}  // namespace config_tree
