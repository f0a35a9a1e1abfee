// The index of shells: what winrmd-net must know to route, list and guard them. Their streams and states live in the
// hosts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/ipc/messages_shell.hpp"
#include "net/operations/hosts.hpp"
#include "net/operations/shell_body.hpp"

namespace winrmd::net {

struct Command {
  std::uint64_t creation = 0;  // frame id of its CommandCreate
  std::string id;              // as the client wrote it
  std::string command_line;    // its beginning: what an enumeration shows
  Permit permit;               // of the Command operation; given back when the command ends
};

// Whether a shell has a client that reads its output. On the way from one to the other it takes no requests but Delete.
enum class Presence { here, leaving, away, arriving };

struct Shell {
  std::uint64_t creation = 0;  // frame id of its ShellCreate
  std::string id;
  std::string owner;       // UserRecord::owner of the creator
  std::string owner_name;  // what rsp:Owner shows
  std::string client_ip;
  std::string resource_uri;
  std::string name;
  ApplicationRef application;
  PluginRef plugin;
  HostRef host;
  Permit permit;     // of the Shell operation, without its slots; given back when the shell ends
  PluginSlot place;  // among the plug-in's shells
  TokenRef client;   // the user's own token, where the plug-in runs as somebody else
  std::vector<ipc::NameValue> environment;
  std::string working_directory;
  std::vector<std::string> input_streams;
  std::vector<std::string> output_streams;
  std::chrono::milliseconds idle_timeout{0};
  Link::Clock::time_point created;
  Link::Clock::time_point last_activity;
  std::size_t in_progress = 0;  // requests that refer to it; it is not idle while there are any
  bool active = false;          // the plug-in has reported its context
  bool ending = false;          // a Delete is on its way
  bool can_disconnect = false;  // plug-in, configuration and client allow it
  Presence presence = Presence::here;
  std::string session;  // of the client that is connected, or was
  BufferMode buffer_mode = BufferMode::block;
  std::size_t writers = 0;  // Command, Send, Signal, Connect in progress, which are completed before it is disconnected
  std::shared_ptr<Promise<bool>> quiet;     // kept when there are none
  std::map<std::string, Command> commands;  // by upper-case id
};
using ShellRef = std::shared_ptr<Shell>;

// Marks a shell as in use for the length of one request.
class ShellUse {
 public:
  explicit ShellUse(ShellRef shell) : shell_(std::move(shell)) { ++shell_->in_progress; }
  ShellUse(const ShellUse&) = delete;
  ShellUse& operator=(const ShellUse&) = delete;
  ~ShellUse() {
    --shell_->in_progress;
    shell_->last_activity = Link::Clock::now();
  }

 private:
  ShellRef shell_;
};

// Likewise for a request that a Disconnect lets finish first.
class ShellWrite {
 public:
  explicit ShellWrite(ShellRef shell) : shell_(std::move(shell)) { ++shell_->writers; }
  ShellWrite(const ShellWrite&) = delete;
  ShellWrite& operator=(const ShellWrite&) = delete;
  ~ShellWrite() {
    if (--shell_->writers > 0 || !shell_->quiet) return;
    std::exchange(shell_->quiet, nullptr)->keep(true);
  }

 private:
  ShellRef shell_;
};

class Shells {
 public:
  // Whether an id is taken in that application (letter case does not matter).
  [[nodiscard]] bool contains(const Application& application, std::string_view id) const;
  [[nodiscard]] ShellRef find(const Application& application, std::string_view id) const;
  void add(ShellRef shell);
  // The shell lives in this host from now on; `creation` is the frame id of its ShellCreate.
  void place(const ShellRef& shell, HostRef host, std::uint64_t creation);
  void remove(const Shell& shell);
  // Shells of one owner, those being created included.
  [[nodiscard]] std::size_t count(std::string_view owner) const;
  // Active shells that a user may see: their own, or all of the application for an administrator; by creation time.
  [[nodiscard]] std::vector<ShellRef> visible(const UserRecord& user) const;
  // Shells of applications that are not configured any more.
  [[nodiscard]] std::vector<ShellRef> homeless(const Catalogue& catalogue) const;
  // Shells whose idle time-out has passed.
  [[nodiscard]] std::vector<ShellRef> idle(Link::Clock::time_point now) const;

  // Ends the waits of Disconnects that have no time left.
  void expire_waits(Link::Clock::time_point now);

  // A host has ended: its shells are gone.
  void host_died(const Link* host);
  // ShellEnded and CommandEnded, and the refusal of a command that came too late for its request.
  void host_event(const Link* host, const ipc::Frame& frame);
  void clear();

 private:
  [[nodiscard]] static std::string key(const Application& application, std::string_view id);
  void drop(const ShellRef& shell);

  std::unordered_map<std::string, ShellRef> shells_;
  std::unordered_map<std::string, std::size_t> by_owner_;
  std::unordered_multimap<const Link*, ShellRef> by_host_;
};

// The form in which the index and the hosts know a command: upper case, without `uuid:`. Empty for empty.
std::string command_key(std::string_view id);

// The command that was created by that frame is not in the shell's index any more.
void forget_command(Shell& shell, std::uint64_t creation);

}  // namespace winrmd::net
