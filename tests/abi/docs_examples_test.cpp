// The examples of the documentation, compiled from its pages, do what the text around them says.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

class Example {
 public:
  explicit Example(const char* file) : library_(dlopen(file, RTLD_NOW)) {
    if (library_ == nullptr) ADD_FAILURE() << dlerror();
    EXPECT_EQ(find<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", nullptr, &context), NO_ERROR);
  }
  ~Example() { dlclose(library_); }
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;

  template <typename Function>
  Function find(const char* name) {
    return reinterpret_cast<Function>(dlsym(library_, name));
  }
  void authorize_user(WSMAN_SENDER_DETAILS& sender) {
    find<WSMAN_PLUGIN_AUTHORIZE_USER>("WSManPluginAuthzUser")(context, &sender, 0);
  }
  void authorize_operation(WSMAN_SENDER_DETAILS& sender, DWORD operation) {
    find<WSMAN_PLUGIN_AUTHORIZE_OPERATION>("WSManPluginAuthzOperation")(context, &sender, 0, operation, u"", u"");
  }
  DWORD shut_down() { return find<WSMAN_PLUGIN_SHUTDOWN>("WSManPluginShutdown")(context, 0, 2); }

  void* context = nullptr;

 private:
  void* library_;
};

TEST(AuthzUserComplete, of_its_page_lets_alice_in_and_counts) {
  FakeBackend host;
  Example example(AUTHZ_USER_COMPLETE);
  int token = 0;
  WSMAN_SENDER_DETAILS alice = {u"alice", u"Basic", nullptr, &token, u""};
  WSMAN_SENDER_DETAILS bob = {u"bob", u"Basic", nullptr, &token, u""};
  example.authorize_user(alice);
  example.authorize_user(bob);
  ASSERT_EQ(host.user_answers.size(), 2U);
  EXPECT_EQ(host.user_answers[0].code, ERROR_SUCCESS);
  EXPECT_EQ(host.user_answers[0].token, &token);
  EXPECT_TRUE(host.user_answers[0].administrator);
  EXPECT_EQ(host.user_answers[1].code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(host.user_answers[1].text, u"<Refused xmlns=\"urn:example\">Only alice.</Refused>");
  EXPECT_EQ(example.shut_down(), ERROR_INTERNAL_ERROR) << "one context is out";
  example.find<WSMAN_PLUGIN_AUTHORIZE_RELEASE_CONTEXT>("WSManPluginAuthzReleaseContext")(host.user_answers[0].context);
  EXPECT_EQ(example.shut_down(), NO_ERROR);
}

class TwentyLines : public testing::TestWithParam<const char*> {};

TEST_P(TwentyLines, let_everybody_in_and_nobody_open_a_shell) {
  FakeBackend host;
  Example example(GetParam());
  int token = 0;
  WSMAN_SENDER_DETAILS alice = {u"alice", u"Basic", nullptr, &token, u""};
  example.authorize_user(alice);
  example.authorize_operation(alice, WSManOperationShell);
  example.authorize_operation(alice, WSManOperationEnumerate);
  EXPECT_EQ(host.user_answers.at(0).code, ERROR_SUCCESS);
  EXPECT_EQ(host.user_answers.at(0).token, &token);
  EXPECT_EQ(host.operation_answers.at(0).code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(host.operation_answers.at(0).text, u"<Why xmlns=\"urn:example\">Closed today.</Why>");
  EXPECT_EQ(host.operation_answers.at(1).code, ERROR_SUCCESS);
  EXPECT_EQ(example.shut_down(), NO_ERROR);
}

INSTANTIATE_TEST_SUITE_P(InBothStyles, TwentyLines, testing::Values(CLOSED, CLOSED_HPP),
                         [](const auto& it) { return it.index == 0 ? "wsman_h" : "wsman_hpp"; });

TEST(Parrot, of_its_page_puts_out_its_command_line_and_ends) {
  FakeBackend host;
  Example example(PARROT);
  WSMAN_PLUGIN_REQUEST shell = {}, command = {}, receive = {};
  example.find<WSMAN_PLUGIN_SHELL>("WSManPluginShell")(example.context, &shell, 0, nullptr, nullptr);
  ASSERT_EQ(host.reports.size(), 1U);
  void* const shell_context = host.reports[0].context;
  example.find<WSMAN_PLUGIN_COMMAND>("WSManPluginCommand")(&command, 0, shell_context, u"hello", nullptr);
  ASSERT_EQ(host.reports.size(), 2U);
  void* const command_context = host.reports[1].context;
  example.find<WSMAN_PLUGIN_RECEIVE>("WSManPluginReceive")(&receive, 0, shell_context, command_context, nullptr);
  ASSERT_EQ(host.outputs.size(), 2U);
  EXPECT_EQ(host.outputs[0].bytes, "hello\n");
  EXPECT_EQ(host.outputs[1].state, WSMAN_COMMAND_STATE_DONE);
  EXPECT_TRUE(host.is_complete(&receive));
  EXPECT_TRUE(host.is_complete(&command));
  example.find<WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT>("WSManPluginReleaseCommandContext")(shell_context,
                                                                                         command_context);
  host.shut_down(&shell);
  EXPECT_TRUE(host.is_complete(&shell));
  example.find<WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT>("WSManPluginReleaseShellContext")(shell_context);
  EXPECT_EQ(example.shut_down(), NO_ERROR);
}

}  // namespace
