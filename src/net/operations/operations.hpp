// Step 7 and on of a request: the resource, the operation's authorization, and the operation itself. One function for
// each action; dispatch() is the table.
#pragma once

#include "lib/ipc/messages_resource.hpp"
#include "net/operations/enumerations.hpp"
#include "net/operations/host_answer.hpp"
#include "net/operations/shells.hpp"

namespace winrmd::net {

// Of a resource; null: it does not have it.
const ipc::CapabilitySetup* capability_of(const ipc::ResourceSetup& resource, ipc::Capability type);

class Operations {
 public:
  Operations(asio::io_context& context, Control& control, Gate& gate, const Catalogue& catalogue,
             const ipc::LimitSetup& limits);

  // The service begins.
  void start() { hosts_.start_automatic(catalogue_); }
  // Other applications are in the catalogue now.
  void reload() { hosts_.reload(catalogue_); }

  // Serves an admitted request. The answer is a whole response envelope.
  asio::awaitable<Outcome<std::string>> dispatch(Exchange& exchange, const UserRef& user);

  // Idle shells, idle hosts, calls out of time. The server's ticker calls this.
  void expire(Link::Clock::time_point now);
  void stop() { hosts_.stop(); }
  [[nodiscard]] bool stopped() const { return hosts_.empty(); }
  // Lets go of every shell, and so of contexts and tokens.
  void clear();

 private:
  using Reply = asio::awaitable<Outcome<std::string>>;

  // resources.cpp
  Reply resource(Exchange& exchange, const UserRef& user, ResourceMatch match);
  asio::awaitable<Outcome<ipc::ResourceResult>> call_resource(Exchange& exchange, OperationsHost& host,
                                                              const Plugin& plugin, ipc::ResourceCall message);
  Reply enumerate_resource(Exchange& exchange, const UserRef& user, PluginRef plugin, bool supports_filtering);
  asio::awaitable<Outcome<std::unique_ptr<ItemSource>>> open_items(Exchange& exchange, const UserRecord& user,
                                                                   PluginRef plugin, const EnumerateRequest& request);

  // enumerating.cpp
  Reply pull(Exchange& exchange, const UserRef& user);
  Reply release(Exchange& exchange, const UserRef& user);
  Reply renew(Exchange& exchange, const UserRef& user);
  Reply get_status(Exchange& exchange, const UserRef& user);
  Reply begin_enumeration(Exchange& exchange, const UserRecord& user, const EnumerateRequest& request,
                          std::unique_ptr<ItemSource> source, Permit permit);
  static Outcome<std::string> enumeration_reply(const Exchange& exchange, Outcome<EnumerationAnswer> answer);
  [[nodiscard]] Room room_for_items(const Exchange& exchange) const;
  // The envelope, or the fault where it is larger than the client or the service allows.
  Outcome<std::string> checked_size(const Exchange& exchange, std::string envelope) const;

  // create.cpp
  Reply create(Exchange& exchange, const UserRef& user);
  asio::awaitable<Outcome<ShellRef>> open(Exchange& exchange, const UserRef& user, ShellRef shell,
                                          ipc::ShellCreate message);
  // command.cpp
  Reply command(Exchange& exchange, const UserRef& user);
  // streams.cpp
  Reply send(Exchange& exchange, const UserRef& user);
  Reply receive(Exchange& exchange, const UserRef& user);
  Reply signal(Exchange& exchange, const UserRef& user);
  // manage.cpp
  Reply get(Exchange& exchange, const UserRef& user);
  Reply remove(Exchange& exchange, const UserRef& user);
  Reply enumerate(Exchange& exchange, const UserRef& user);
  Outcome<std::vector<EnumerationItem>> list_shells(Exchange& exchange, const UserRef& user);
  Outcome<std::vector<EnumerationItem>> list_commands(Exchange& exchange, const UserRef& user,
                                                      const EnumerateRequest& request);

  // connecting.cpp
  Reply disconnect(Exchange& exchange, const UserRef& user);
  Reply reconnect(Exchange& exchange, const UserRef& user);
  Reply connect(Exchange& exchange, const UserRef& user);
  asio::awaitable<Outcome<void>> leave(Exchange& exchange, ShellRef shell, BufferMode mode);
  Reply connect_shell(Exchange& exchange, ShellRef shell, ConnectBody body);
  Reply connect_command(Exchange& exchange, ShellRef shell, ConnectBody body);
  asio::awaitable<Outcome<std::string>> ask_plugin(Exchange& exchange, const Shell& shell, ConnectBody body);
  Outcome<ShellRef> disconnectable(const Exchange& exchange, const UserRecord& user) const;

  // route.cpp: which shell a request is about, and whether this user may touch it.
  enum class Access { use, manage };  // manage: administrators may, whoever owns it (plugin-api 5.7)
  Outcome<ShellRef> shell_of(const Exchange& exchange, const UserRecord& user, Access access) const;
  // A shell of the user's to work with: connected.
  Outcome<ShellRef> connected_shell(const Exchange& exchange, const UserRecord& user) const;
  // The request is about a resource that there is: of a plug-in that is configured, or of one whose shell goes on.
  [[nodiscard]] bool knows_resource(const Exchange& exchange) const;
  // The plug-in of a shell as it is configured now, or else as it was: whose limits hold.
  static PluginRef plugin_now(const Exchange& exchange, const Shell& shell);
  ipc::RequestDetails details(const Exchange& exchange) const;
  static asio::awaitable<void> end(ShellRef shell, Shells& shells);

  const Catalogue& catalogue_;
  const ipc::LimitSetup& limits_;
  Gate& gate_;
  Shells shells_;
  Hosts hosts_;
  Deliveries deliveries_;
  Enumerations enumerations_{deliveries_};
  asio::io_context& context_;
};

}  // namespace winrmd::net
