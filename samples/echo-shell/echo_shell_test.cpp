// The plug-in inside this process, with a host that writes down what it reports.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

// The file as the host loads it.
class Plugin {
 public:
  Plugin() : library_(dlopen(PLUGIN_FILE, RTLD_NOW)) {
    if (library_ == nullptr) ADD_FAILURE() << dlerror();
  }
  ~Plugin() { dlclose(library_); }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  template <typename Function>
  Function find(const char* name) {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }

 private:
  void* library_;
};

class EchoShell : public testing::Test {
 protected:
  EchoShell() {
    void* context = nullptr;
    EXPECT_EQ(plugin.find<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", nullptr, &context), NO_ERROR);
    plugin.find<WSMAN_PLUGIN_SHELL>("WSManPluginShell")(nullptr, &shell, 0, nullptr, nullptr);
    if (!host.reports.empty()) shell_context = host.reports[0].context;
  }

  void run() {
    plugin.find<WSMAN_PLUGIN_COMMAND>("WSManPluginCommand")(&command, 0, shell_context, u"anything", nullptr);
    if (host.reports.size() > 1) command_context = host.reports[1].context;
  }
  DWORD send(std::string bytes, DWORD flags) {
    WSMAN_PLUGIN_REQUEST request = {};
    WSMAN_DATA data = {};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData = {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(bytes.data())};
    plugin.find<WSMAN_PLUGIN_SEND>("WSManPluginSend")(&request, flags, shell_context, command_context, u"stdin", &data);
    EXPECT_TRUE(host.is_complete(&request)) << "every Send is answered at once";
    return host.completions.back().code;
  }
  void ask_for_output() {
    plugin.find<WSMAN_PLUGIN_RECEIVE>("WSManPluginReceive")(&receive, 0, shell_context, command_context, nullptr);
  }
  DWORD signal(PCWSTR code) {
    WSMAN_PLUGIN_REQUEST request = {};
    const std::size_t before = host.completions.size();
    plugin.find<WSMAN_PLUGIN_SIGNAL>("WSManPluginSignal")(&request, 0, shell_context, command_context, code);
    EXPECT_EQ(host.completions.at(before).request, &request) << "the signal is answered before what it ends";
    return host.completions.at(before).code;
  }
  void release() {
    if (command_context != nullptr) {
      plugin.find<WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT>("WSManPluginReleaseCommandContext")(shell_context,
                                                                                            command_context);
    }
    host.shut_down(&shell);
    EXPECT_TRUE(host.is_complete(&shell));
    plugin.find<WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT>("WSManPluginReleaseShellContext")(shell_context);
    EXPECT_EQ(plugin.find<WSMAN_PLUGIN_SHUTDOWN>("WSManPluginShutdown")(nullptr, 0, 2), NO_ERROR);
  }

  FakeBackend host;
  Plugin plugin;
  WSMAN_PLUGIN_REQUEST shell = {};
  WSMAN_PLUGIN_REQUEST command = {};
  WSMAN_PLUGIN_REQUEST receive = {};
  void* shell_context = nullptr;
  void* command_context = nullptr;
};

std::string everything(const FakeBackend& host) {
  std::string bytes;
  for (const auto& output : host.outputs) bytes += output.bytes;
  return bytes;
}

TEST_F(EchoShell, echoes_input_that_came_before_anybody_asked_and_input_that_came_after) {
  run();
  EXPECT_EQ(send("one ", 0), NO_ERROR);
  EXPECT_EQ(send("two ", 0), NO_ERROR);
  EXPECT_TRUE(host.outputs.empty());
  ask_for_output();
  EXPECT_EQ(everything(host), "one two ");
  EXPECT_EQ(send("three", 0), NO_ERROR);
  EXPECT_EQ(everything(host), "one two three");
  EXPECT_FALSE(host.is_complete(&receive));
  EXPECT_EQ(send("", WSMAN_FLAG_SEND_NO_MORE_DATA), NO_ERROR);
  const auto& last = host.outputs.back();
  EXPECT_EQ(last.state, WSMAN_COMMAND_STATE_DONE);
  EXPECT_EQ(last.flags, DWORD{WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA});
  EXPECT_EQ(last.exit_code, 0U);
  EXPECT_TRUE(host.is_complete(&receive));
  EXPECT_TRUE(host.is_complete(&command));
  release();
}

TEST_F(EchoShell, keeps_a_command_whose_input_ended_until_its_output_is_fetched) {
  run();
  EXPECT_EQ(send("late", WSMAN_FLAG_SEND_NO_MORE_DATA), NO_ERROR);
  EXPECT_FALSE(host.is_complete(&command));
  ask_for_output();
  EXPECT_EQ(everything(host), "late");
  EXPECT_TRUE(host.is_complete(&command));
  release();
}

TEST_F(EchoShell, refuses_input_beyond_what_it_keeps) {
  run();
  const std::size_t limit = std::size_t{1} << 20;
  EXPECT_EQ(send(std::string(limit, 'x'), 0), NO_ERROR);
  EXPECT_EQ(send("y", 0), ERROR_OUTOFMEMORY);
  EXPECT_EQ(send("", 0), NO_ERROR);
  ask_for_output();
  EXPECT_EQ(everything(host).size(), limit);
  EXPECT_EQ(send("y", 0), NO_ERROR) << "there is room again";
  host.shut_down(&receive);
  host.shut_down(&command);
  release();
}

TEST_F(EchoShell, ends_a_command_that_is_terminated) {
  run();
  ask_for_output();
  EXPECT_EQ(signal(WSMAN_SIGNAL_SHELL_CODE_TERMINATE), NO_ERROR);
  EXPECT_EQ(host.outputs.back().state, WSMAN_COMMAND_STATE_DONE);
  EXPECT_EQ(host.outputs.back().exit_code, 1U);
  EXPECT_TRUE(host.is_complete(&receive));
  EXPECT_TRUE(host.is_complete(&command));
  release();
}

TEST_F(EchoShell, ends_a_terminated_command_that_nobody_listens_to) {
  run();
  EXPECT_EQ(send("dropped", 0), NO_ERROR);
  EXPECT_EQ(signal(WSMAN_SIGNAL_SHELL_CODE_CTRL_C), NO_ERROR);
  EXPECT_TRUE(host.is_complete(&command));
  release();
}

TEST_F(EchoShell, refuses_signals_it_does_not_know) {
  run();
  EXPECT_EQ(signal(u"powershell/signal/crtl_c"), ERROR_NOT_SUPPORTED);
  EXPECT_FALSE(host.is_complete(&command));
  host.shut_down(&command);
  release();
}

TEST_F(EchoShell, completes_what_the_host_tells_it_to_end_each_once) {
  run();
  ask_for_output();
  host.shut_down(&receive);
  EXPECT_TRUE(host.is_complete(&receive));
  EXPECT_FALSE(host.is_complete(&command));
  host.shut_down(&command);
  EXPECT_TRUE(host.is_complete(&command));
  release();
  EXPECT_EQ(host.completions.size(), 3U) << "Receive, command, shell";
}

TEST_F(EchoShell, asks_nothing_of_a_shell_that_could_not_be_reported) {
  host.result = ERROR_INVALID_PARAMETER;
  run();
  EXPECT_TRUE(host.is_complete(&command));
  EXPECT_EQ(host.completions.back().code, ERROR_INVALID_PARAMETER);
  host.result = NO_ERROR;
  command_context = nullptr;  // not reported, so not released: the leak checker watches
  release();
}

TEST_F(EchoShell, refuses_options_that_must_be_complied_with) {
  WSMAN_OPTION option = {u"NO_SUCH_OPTION", u"1", TRUE};
  WSMAN_OPERATION_INFO info = {};
  info.optionSet.options = &option;
  info.optionSet.optionsCount = 1;
  command.operationInfo = &info;
  run();
  EXPECT_EQ(host.completions.back().code, ERROR_WSMAN_OPTIONS_NOT_SUPPORTED);
  option.mustComply = FALSE;
  WSMAN_PLUGIN_REQUEST again = {};
  again.operationInfo = &info;
  plugin.find<WSMAN_PLUGIN_COMMAND>("WSManPluginCommand")(&again, 0, shell_context, u"x", nullptr);
  EXPECT_EQ(host.reports.size(), 2U);
  command_context = host.reports.back().context;
  host.shut_down(&again);
  release();
}

TEST_F(EchoShell, ends_in_order_when_input_output_and_the_end_come_at_the_same_time) {
  run();
  const auto send_piece = plugin.find<WSMAN_PLUGIN_SEND>("WSManPluginSend");
  std::thread sender([&] {
    BYTE piece[] = {'a', 'b', 'c', 'd'};
    WSMAN_DATA data = {};
    data.type = WSMAN_DATA_TYPE_BINARY;
    data.binaryData = {sizeof piece, piece};
    for (int i = 0; i < 2000; ++i) {
      WSMAN_PLUGIN_REQUEST request = {};
      send_piece(&request, 0, shell_context, command_context, u"stdin", &data);
    }
  });
  std::thread listener([&] { ask_for_output(); });
  std::thread ender([&] { host.shut_down(&command); });
  sender.join();
  listener.join();
  ender.join();
  host.shut_down(&receive);
  EXPECT_EQ(std::ranges::count_if(host.completions, [&](const auto& it) { return it.request == &receive; }), 1);
  EXPECT_EQ(std::ranges::count_if(host.completions, [&](const auto& it) { return it.request == &command; }), 1);
  EXPECT_EQ(everything(host).size() % 4, 0U) << "whole pieces";
  release();
}

TEST_F(EchoShell, has_no_streams_of_its_own) {
  command_context = nullptr;
  EXPECT_EQ(send("x", 0), ERROR_NOT_SUPPORTED);
  ask_for_output();
  EXPECT_EQ(host.completions.back().code, ERROR_NOT_SUPPORTED);
  release();
}

}  // namespace
