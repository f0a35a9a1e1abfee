// What needs no PAM service. Real accounts with real PAM: tests/e2e/test_pam.py.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <memory>

#include "pam/conversation.hpp"
#include "pam/pam_check.hpp"
#include "pam/shadow.hpp"

namespace winrmd::pam {
namespace {

constexpr long today = 20'000;

TEST(Shadow, ALockedOrExpiredAccountIsRefused) {
  struct Row {
    std::string hash;
    long expires;
    bool good;
  };
  for (const auto& row : {Row{"$y$j9T$x$y", -1, true}, Row{"!$y$j9T$x$y", -1, false}, Row{"!!$6$x$y", -1, false},
                          Row{"!", -1, true}, Row{"!!", -1, true}, Row{"*", -1, true}, Row{"!*", -1, true},
                          Row{"", -1, true}, Row{"!abcdefghijklm", -1, false}, Row{"$y$h", today + 1, true},
                          Row{"$y$h", today, false}, Row{"$y$h", today - 1, false}, Row{"$y$h", 0, false}}) {
    EXPECT_EQ(check_entry({.hash = row.hash, .expires = row.expires}, today).has_value(), row.good)
        << row.hash << " " << row.expires;
  }
}

TEST(Shadow, AnAccountWithoutEntryIsFineHere) { EXPECT_TRUE(check_shadow("no-such-account-here")); }

TEST(PamCheck, PasswordsThatNoAccountHasAreRefusedUnseen) {
  const ipc::PamSetup setup{.service = "winrmd-no-such-service"};
  for (const auto& password : {std::string(), std::string("a\0b", 3), std::string(max_password_size + 1, 'x')}) {
    ipc::PamCheck request{.authenticate = true, .account = "nobody", .password = password, .peer = "::1"};
    const auto verdict = check(setup, request);
    EXPECT_FALSE(verdict.admitted);
    EXPECT_TRUE(verdict.reason.starts_with("the password")) << verdict.reason;
    EXPECT_TRUE(request.password.empty());
  }
}

TEST(PamCheck, WithoutAServicePasswordsAreNotTaken) {
  ipc::PamCheck request{.authenticate = true, .account = "nobody", .password = "x", .peer = "::1"};
  EXPECT_FALSE(check({}, request).admitted);
}

TEST(PamCheck, MalformedNamesAreRefused) {
  for (const auto& account : {std::string(), std::string("root\0x", 6)}) {
    ipc::PamCheck request{.authenticate = false, .account = account, .peer = "::1"};
    EXPECT_FALSE(check({}, request).admitted);
  }
}

class Talk : public testing::Test {
 protected:
  int say(std::vector<pam_message> messages) {
    std::vector<const pam_message*> pointers;
    pointers.reserve(messages.size());
    for (const auto& message : messages) pointers.push_back(&message);
    const auto conv = conversation(password_);
    const int status = conv.conv(static_cast<int>(pointers.size()), pointers.data(), &replies_, conv.appdata_ptr);
    for (std::size_t i = 0; status == PAM_SUCCESS && i < messages.size(); ++i) {
      said_.emplace_back(replies_[i].resp == nullptr ? "-" : replies_[i].resp);
      ::free(replies_[i].resp);
    }
    if (status == PAM_SUCCESS) ::free(replies_);
    return status;
  }
  std::string password_ = "secret";
  pam_response* replies_ = nullptr;
  std::vector<std::string> said_;
};

TEST_F(Talk, TheHiddenQuestionGetsThePasswordAndRemarksGetNothing) {
  EXPECT_EQ(say({{PAM_TEXT_INFO, "hello"}, {PAM_PROMPT_ECHO_OFF, "Password: "}, {PAM_ERROR_MSG, "oh"}}), PAM_SUCCESS);
  EXPECT_EQ(said_, (std::vector<std::string>{"-", "secret", "-"}));
}

TEST_F(Talk, OtherQuestionsHaveNoAnswer) {
  EXPECT_EQ(say({{PAM_PROMPT_ECHO_OFF, "Password: "}, {PAM_PROMPT_ECHO_ON, "Code: "}}), PAM_CONV_ERR);
  EXPECT_EQ(say({}), PAM_CONV_ERR);
  EXPECT_EQ(say(std::vector<pam_message>(PAM_MAX_NUM_MSG + 1, {PAM_TEXT_INFO, "x"})), PAM_CONV_ERR);
}

}  // namespace
}  // namespace winrmd::pam
