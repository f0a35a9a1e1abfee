// A shell that clients may leave and come back to, also from another machine. Each command in it is a note, and says
// how many there are now. Who connects to a shell that was disconnected gets all its notes with the answer.
//
// Leaving is nothing to a plug-in: its shell and commands go on, and the host keeps their output. Exporting
// WSManPluginConnect is what allows it.
#include <memory>
#include <string>
#include <utility>
#include <wsman.hpp>

#include "notes.hpp"

namespace {

// There until somebody asks for its output, however long nobody is connected.
class Taken : public wsman::Command {
 public:
  explicit Taken(std::size_t number) : number_(number) {}

  void receive(wsman::Receive output) override {
    output.write(WSMAN_STREAM_ID_STDOUT, std::to_string(number_) + "\n");
    output.done(0);
    finish();
  }

  // Nothing to tell: what there is to know comes as output.
  void connect(wsman::Connect request) override { request.accept(); }

 private:
  const std::size_t number_;
};

class NotesShell : public wsman::Shell {
 public:
  void command(wsman::NewCommand request) override {
    wsman::String note(request.line());
    for (std::size_t i = 0; i < request.argument_count(); ++i) {
      note += WSMAN_TEXT(' ');
      note += request.argument(i);
    }
    request.accept(std::make_shared<Taken>(notes_.add(note)));
  }

  void connect(wsman::Connect request) override { request.accept(notes_.document().c_str()); }

 private:
  Notes notes_;
};

class NotesPlugin : public wsman::ShellPlugin {
 public:
  explicit NotesPlugin(const wsman::Startup&) {}

  void shell(wsman::NewShell request) override { request.accept(std::make_shared<NotesShell>()); }
};

}  // namespace

WSMAN_SHELL_PLUGIN(NotesPlugin)
WSMAN_SHELL_PLUGIN_CONNECT
