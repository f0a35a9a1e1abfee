#include <memory>
#include <string>
#include <utility>
#include <wsman.hpp>

#include "greeting.hpp"

namespace {

// There until somebody asks for its output. The host calls end() when nobody will; as it is, that ends the command.
class Greet : public wsman::Command {
 public:
  explicit Greet(std::string text) : text_(std::move(text)) {}

  void receive(wsman::Receive output) override {
    output.write(WSMAN_STREAM_ID_STDOUT, text_);
    output.done(0);
    finish();
  }

 private:
  const std::string text_;
};

class PLUGIN_CLASSShell : public wsman::Shell {
 public:
  explicit PLUGIN_CLASSShell(std::string word) : word_(std::move(word)) {}

  void command(wsman::NewCommand request) override {
    auto line = wsman::to_utf8(request.line());
    if (!line) throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("The command line is no text."));
    for (std::size_t i = 0; i < request.argument_count(); ++i) {
      *line += ' ' + wsman::to_utf8(request.argument(i)).value_or("");
    }
    const auto text = greeting(word_, *line);
    if (!text) throw wsman::Error(ERROR_INVALID_PARAMETER, WSMAN_TEXT("usage: greet NAME"));
    request.accept(std::make_shared<Greet>(*text));
  }

 private:
  const std::string word_;
};

class PLUGIN_CLASS : public wsman::ShellPlugin {
 public:
  explicit PLUGIN_CLASS(const wsman::Startup& startup) : word_(startup.parameter("greeting").value_or("Hello")) {}

  void shell(wsman::NewShell request) override { request.accept(std::make_shared<PLUGIN_CLASSShell>(word_)); }

 private:
  const std::string word_;
};

}  // namespace

WSMAN_SHELL_PLUGIN(PLUGIN_CLASS)
