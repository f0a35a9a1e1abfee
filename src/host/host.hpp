// One host process: the main loop, and how it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/authz/authorizations.hpp"
#include "host/calls/handles.hpp"
#include "host/calls/plugin.hpp"
#include "host/calls/requests.hpp"
#include "host/core/address_space.hpp"
#include "host/core/agenda.hpp"
#include "host/core/call_pool.hpp"
#include "host/core/notifier.hpp"
#include "host/core/outbox.hpp"
#include "host/core/supervisor_link.hpp"
#include "host/resource/resources.hpp"
#include "host/shell/shells.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/ipc/socket.hpp"

namespace winrmd::host {

// How the process ends.
enum class Exit : int {
  stopped = 0,      // in good order: everything released, every plug-in shut down
  bad_setup = 2,    // no usable HostSetup
  calls_stuck = 3,  // every call thread was inside the plug-in past the deadline
  stop_stuck = 4,   // the plug-in did not let go in time
  // 5: a plug-in called exit(), see core/exit_guard.hpp
};

// What running operations get to complete, and then everything together, when the host stops.
inline constexpr std::chrono::seconds completion_grace{2};
inline constexpr std::chrono::seconds stop_deadline{10};
inline constexpr std::chrono::seconds checked_stop_deadline{5};  // while `winrmctl plugin check` waits

class HostBackend;

class Host {
 public:
  // `supervisor`: the channel that the setup came on; `net`: the descriptor that came with it.
  Host(ipc::HostSetup setup, std::unique_ptr<ipc::Channel> supervisor, Fd net);
  ~Host();

  // The main loop. With another result than `stopped`, threads may be stuck inside plug-ins: end the process at once.
  Exit run();

 private:
  enum class Phase { serving, completing, releasing, shutting_down, stopped };

  void poll_once();
  void read_net();
  void dispatch(const ipc::Frame& frame);
  void dispatch_to(Shells& to, const ipc::Frame& frame);
  void dispatch_to(Resources& to, const ipc::Frame& frame);
  void dispatch_to(Authorizations& to, const ipc::Frame& frame);
  template <class M, class F>
  void with(const ipc::Frame& frame, F&& action);
  void malformed(const ipc::Frame& frame);
  void stop(std::uint32_t reason);
  void start_plugins();
  void advance_stop();
  void shut_plugins_down();
  [[nodiscard]] Clock::time_point stop_until() const;
  void report_stop_stuck();
  void report_calls_stuck();
  [[nodiscard]] bool is_stuck();

  const ipc::HostSetup setup_;
  Waker waker_;
  Agenda agenda_{waker_};
  Fd net_;
  ipc::FrameReader net_reader_;
  Outbox outbox_;
  SupervisorLink supervisor_;
  SlotSpace space_;
  Handles handles_;
  std::vector<std::unique_ptr<Plugin>> plugins_;
  HANDLE own_token_ = nullptr;
  bool net_open_ = true;
  bool supervisor_open_ = true;
  Phase phase_ = Phase::serving;
  std::uint32_t reason_ = 0;
  Clock::time_point stop_began_;
  bool reported_open_ = false;
  std::atomic<bool> plugins_down_ = false;

  // The pool comes last: it waits for its calls, which use everything above, before those go.
  std::unique_ptr<Requests> requests_;              // operations host
  std::unique_ptr<Shells> shells_;                  // operations host
  std::unique_ptr<Resources> resources_;            // operations host
  std::unique_ptr<Authorizations> authorizations_;  // authorization host
  std::unique_ptr<HostBackend> backend_;
  Notifier notifier_;
  CallPool pool_;
};

}  // namespace winrmd::host
