// The plug-in inside this process, with a host that writes down what it answers.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

HANDLE handle(std::uintptr_t value) { return reinterpret_cast<HANDLE>(value); }  // NOLINT

class AuthzRoles : public testing::Test {
 protected:
  AuthzRoles() : library(dlopen(PLUGIN_FILE, RTLD_NOW)) {
    EXPECT_NE(library, nullptr) << dlerror();
    host.accounts[u"deploy"] = handle(64);
  }
  ~AuthzRoles() override {
    if (context != nullptr) find<WSMAN_PLUGIN_SHUTDOWN>("WSManPluginShutdown")(context, 0, 2);
    dlclose(library);
    std::filesystem::remove(path);
  }

  template <typename Function>
  Function find(const char* name) {
    return reinterpret_cast<Function>(dlsym(library, name));
  }
  void write(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  DWORD start(const std::string& file) {
    const std::string xml =
        "<InitializationParameters><Param Name=\"roles\" Value=\"" + file + "\"/></InitializationParameters>";
    return find<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", std::u16string(xml.begin(), xml.end()).c_str(),
                                                            &context);
  }
  void start_with(const std::string& roles) {
    write(roles);
    ASSERT_EQ(start(path), NO_ERROR);
  }
  FakeBackend::Answer ask(PCWSTR user) {
    WSMAN_SENDER_DETAILS sender = {user, u"Basic", nullptr, handle(32), u"http://localhost/wsman"};
    host.user_answers.clear();
    find<WSMAN_PLUGIN_AUTHORIZE_USER>("WSManPluginAuthzUser")(context, &sender, 0);
    EXPECT_EQ(host.user_answers.size(), 1U) << "one answer, always";
    EXPECT_EQ(host.user_answers.at(0).sender, &sender);
    return host.user_answers.at(0);
  }
  FakeBackend::Answer ask_operation(PCWSTR user) {
    WSMAN_SENDER_DETAILS sender = {user, u"Basic", nullptr, handle(32), u"http://localhost/wsman"};
    host.operation_answers.clear();
    find<WSMAN_PLUGIN_AUTHORIZE_OPERATION>("WSManPluginAuthzOperation")(
        context, &sender, 0, WSManOperationShell, u"http://schemas.xmlsoap.org/ws/2004/09/transfer/Create",
        WSMAN_CMDSHELL_URI);
    EXPECT_EQ(host.operation_answers.size(), 1U) << "one answer, always";
    return host.operation_answers.at(0);
  }

  FakeBackend host;
  void* library;
  void* context = nullptr;
  std::string path = testing::TempDir() + "authz-roles." + std::to_string(getpid());
};

TEST_F(AuthzRoles, allows_under_the_senders_own_token) {
  start_with("alice allow\n");
  const auto answer = ask(u"alice");
  EXPECT_EQ(answer.code, ERROR_SUCCESS);
  EXPECT_EQ(answer.token, handle(32));
  EXPECT_FALSE(answer.administrator);
  EXPECT_EQ(answer.context, nullptr);
  EXPECT_EQ(ask_operation(u"alice").code, ERROR_SUCCESS);
  EXPECT_TRUE(host.closed.empty());
}

TEST_F(AuthzRoles, makes_administrators) {
  start_with("carol allow administrator\n");
  EXPECT_TRUE(ask(u"carol").administrator);
}

TEST_F(AuthzRoles, maps_to_another_account_and_leaves_the_token_to_the_host) {
  start_with("erin allow as deploy\n");
  const auto answer = ask(u"erin");
  EXPECT_EQ(answer.code, ERROR_SUCCESS);
  EXPECT_EQ(answer.token, handle(64));
  EXPECT_TRUE(host.closed.empty());
}

TEST_F(AuthzRoles, closes_a_token_that_the_host_did_not_take) {
  start_with("erin allow as deploy\nalice allow\n");
  host.result = ERROR_INVALID_PARAMETER;
  ask(u"erin");
  EXPECT_EQ(host.closed, std::set<HANDLE>{handle(64)});
  ask(u"alice");
  EXPECT_EQ(host.closed.size(), 1U) << "the sender's own is the host's";
}

TEST_F(AuthzRoles, refuses_when_the_account_cannot_be_had) {
  start_with("erin allow as nobody-here\n");
  const auto answer = ask(u"erin");
  EXPECT_EQ(answer.code, ERROR_NO_SUCH_USER);
  EXPECT_EQ(answer.token, nullptr);
}

TEST_F(AuthzRoles, refuses_with_the_text_of_the_file) {
  start_with("bob deny <r xmlns=\"urn:x\">ge\xC3\xA4ndert</r>\n");
  const auto answer = ask(u"bob");
  EXPECT_EQ(answer.code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(answer.text, u"<r xmlns=\"urn:x\">geändert</r>");
  EXPECT_EQ(answer.token, nullptr);
  EXPECT_EQ(ask_operation(u"bob").code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(ask_operation(u"bob").text, u"<r xmlns=\"urn:x\">geändert</r>");
}

TEST_F(AuthzRoles, refuses_in_the_language_of_the_client_when_the_file_has_no_text) {
  start_with("bob deny\n");
  host.language = 0x0407;
  EXPECT_NE(ask(u"bob").text.find(u"xml:lang=\"de\">Sie dürfen"), std::u16string::npos);
  host.language = 0x0C07;  // another region
  EXPECT_NE(ask(u"bob").text.find(u"xml:lang=\"de\""), std::u16string::npos);
  host.language = 0x040C;
  EXPECT_NE(ask(u"bob").text.find(u"xml:lang=\"fr\">Vous n’êtes"), std::u16string::npos);
  host.language = 0x0411;
  EXPECT_NE(ask(u"bob").text.find(u"xml:lang=\"en\">You are not"), std::u16string::npos);
}

TEST_F(AuthzRoles, sends_to_another_node) {
  start_with("dave redirect https://other.example.org:5986/wsman\n");
  const auto answer = ask(u"dave");
  EXPECT_EQ(answer.code, ERROR_WSMAN_REDIRECT_REQUESTED);
  EXPECT_EQ(answer.text, u"https://other.example.org:5986/wsman");
  const auto operation = ask_operation(u"dave");
  EXPECT_EQ(operation.code, ERROR_ACCESS_DENIED) << "an operation cannot be redirected";
  EXPECT_EQ(operation.text.find(u"https"), std::u16string::npos);
}

TEST_F(AuthzRoles, refuses_who_is_not_named_and_names_that_are_none) {
  start_with("alice allow\n");
  EXPECT_EQ(ask(u"mallory").code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(ask(u"").code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(ask(nullptr).code, ERROR_ACCESS_DENIED);
  const char16_t lone[] = {u'a', static_cast<char16_t>(0xD800), 0};
  EXPECT_EQ(ask(lone).code, ERROR_ACCESS_DENIED);
}

TEST_F(AuthzRoles, never_gives_the_rule_for_everybody_else_to_a_name_that_is_none) {
  start_with("* allow administrator\n");
  EXPECT_EQ(ask(u"anybody").code, ERROR_SUCCESS);
  EXPECT_EQ(ask(u"").code, ERROR_ACCESS_DENIED);
  const char16_t lone[] = {static_cast<char16_t>(0xDC00), 0};
  EXPECT_EQ(ask(lone).code, ERROR_ACCESS_DENIED);
}

TEST_F(AuthzRoles, reads_the_file_again_when_it_changes_also_to_the_same_size) {
  start_with("alice allow\nbob   deny \n");
  EXPECT_EQ(ask(u"alice").code, ERROR_SUCCESS);
  EXPECT_EQ(ask(u"bob").code, ERROR_ACCESS_DENIED);
  write("alice deny \nbob   allow\n");
  EXPECT_EQ(ask(u"alice").code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(ask_operation(u"alice").code, ERROR_ACCESS_DENIED);
  EXPECT_EQ(ask(u"bob").code, ERROR_SUCCESS);
}

TEST_F(AuthzRoles, lets_nobody_in_while_the_file_is_broken_cut_too_large_or_gone) {
  const std::string good = "alice allow\n";
  start_with(good);
  for (const std::string& bad : {std::string("alice allow"), good + "bob\n", good + std::string(1 << 20, '\n')}) {
    write(bad);
    EXPECT_EQ(ask(u"alice").code, ERROR_ACCESS_DENIED) << bad.substr(0, 40);
    EXPECT_EQ(ask_operation(u"alice").code, ERROR_ACCESS_DENIED);
    write(good);
    EXPECT_EQ(ask(u"alice").code, ERROR_SUCCESS) << "repaired";
  }
  std::filesystem::remove(path);
  EXPECT_EQ(ask(u"alice").code, ERROR_ACCESS_DENIED);
  write(good + std::string((1 << 20) - good.size(), '\n'));
  EXPECT_EQ(ask(u"alice").code, ERROR_SUCCESS) << "as large as allowed";
}

TEST_F(AuthzRoles, does_not_start_without_a_file_it_can_use) {
  EXPECT_EQ(start(path), ERROR_INVALID_DATA) << "missing";
  EXPECT_EQ(start(testing::TempDir()), ERROR_INVALID_DATA) << "a folder";
  EXPECT_EQ(start(""), ERROR_INVALID_PARAMETER);
  write("alice\n");
  EXPECT_EQ(start(path), ERROR_INVALID_DATA);
  EXPECT_EQ(find<WSMAN_PLUGIN_STARTUP>("WSManPluginStartup")(0, u"wsman", nullptr, &context), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(context, nullptr);
}

}  // namespace
