// Part of wsman.hpp: shells and commands as objects.
#ifndef WINRMD_WSMAN_SHELLS_HPP
#define WINRMD_WSMAN_SHELLS_HPP

#include <memory>
#include <utility>

#include "requests.hpp"

namespace wsman {

template <typename Object>
class New;

// What a shell and a command have in common. The host's calls come on several threads at a time. An object lives from
// New::accept() until the host has no more use for it; the author's own copies of the pointer may keep it longer.
class Running {
 public:
  Running() = default;
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  virtual ~Running() = default;

  virtual void send(Send request) { request.complete(ERROR_NOT_SUPPORTED); }
  virtual void receive(Receive request) { request.complete(ERROR_NOT_SUPPORTED); }
  // As it is: ends the object on terminate, Ctrl-C and Ctrl-Break, and knows no other signals.
  virtual void signal(Signal request) {
    const bool ends = request.is_end();  // what the request holds is the host's again once it is completed
    request.complete(ends ? DWORD{NO_ERROR} : DWORD{ERROR_NOT_SUPPORTED});
    if (ends) end();
  }
  // Called only for plug-ins with WSMAN_SHELL_PLUGIN_CONNECT.
  virtual void connect(Connect request) { request.complete(ERROR_NOT_SUPPORTED); }
  // The host wants it to end: finish() soon, here or on another thread. Also called by signal(), so perhaps twice.
  virtual void end() { finish(); }

  // Ends the shell or command; false: it has ended before. Complete its Receive first (Receive::done).
  bool finish(DWORD code = NO_ERROR, PCWSTR text = nullptr) const noexcept { return operation_.complete(code, text); }
  // Asked to end, or ended.
  bool is_ending() const noexcept { return operation_.is_ending(); }

 private:
  template <typename Object>
  friend class New;

  Operation operation_;
};

class Command : public Running {};

// A client runs a command. Accept it, now or later; complete it with an error; or throw Error inside the entry point.
template <typename Object>
class New : public Request {
 public:
  explicit New(WSMAN_PLUGIN_REQUEST* request) noexcept : Request(request) {}

  // Tells the client that it runs, and gives the later calls to `object`, which must not be in use already; they may
  // begin before this returns. Not NO_ERROR: the client is gone or there was a mistake; the request is complete, and
  // nothing will be called. Throws std::bad_alloc; the request is not complete then.
  DWORD accept(std::shared_ptr<Object> object) const {
    if (!object || object->operation_) {
      complete(ERROR_INTERNAL_ERROR);
      return ERROR_INVALID_PARAMETER;
    }
    auto context = std::make_unique<std::shared_ptr<Object>>(object);
    object->operation_ = *this;
    on_end([weak = std::weak_ptr<Object>(object)](const Operation& operation) {
      if (const auto known = weak.lock()) {
        known->end();
      } else {
        operation.complete(ERROR_OPERATION_ABORTED);
      }
    });
    // Reported, the context is the host's, which gives it back to a release entry point, once.
    const DWORD code = call([&context](WSMAN_PLUGIN_REQUEST* request) {
      const DWORD reported = WSManPluginReportContext(request, 0, context.get());
      if (reported == NO_ERROR) static_cast<void>(context.release());
      return reported;
    });
    if (code != NO_ERROR) complete(code);
    return code;
  }
};

class NewCommand : public New<Command> {
 public:
  NewCommand(WSMAN_PLUGIN_REQUEST* request, PCWSTR line, const WSMAN_COMMAND_ARG_SET* arguments) noexcept
      : New<Command>(request), line_(view(line)), arguments_(arguments) {}

  StringView line() const noexcept { return line_; }
  std::size_t argument_count() const noexcept { return arguments_ && arguments_->args ? arguments_->argsCount : 0; }
  StringView argument(std::size_t index) const noexcept {
    return index < argument_count() ? view(arguments_->args[index]) : StringView();
  }

 private:
  StringView line_;
  const WSMAN_COMMAND_ARG_SET* arguments_;
};

class Shell : public Running {
 public:
  virtual void command(NewCommand request) = 0;
};

// A client opens a shell.
class NewShell : public New<Shell> {
 public:
  NewShell(WSMAN_PLUGIN_REQUEST* request, const WSMAN_SHELL_STARTUP_INFO* startup, const WSMAN_DATA* content) noexcept
      : New<Shell>(request), startup_(startup), content_(content) {}

  const WSMAN_SHELL_STARTUP_INFO* startup() const noexcept { return startup_; }  // null: the client said nothing
  StringView content() const noexcept { return detail::text_of(content_); }      // XML of the client; empty: none

 private:
  const WSMAN_SHELL_STARTUP_INFO* startup_;
  const WSMAN_DATA* content_;
};

}  // namespace wsman

#endif
