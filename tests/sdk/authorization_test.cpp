// wsman.hpp for authorization plug-ins: the entry points that WSMAN_AUTHORIZATION_PLUGIN makes.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <wsman.hpp>

#include "host/wsmsvc/testing/fake_backend.hpp"

namespace {

using winrmd::wsmsvc::FakeBackend;

// Answers as the test says.
class Scripted : public wsman::AuthorizationPlugin {
 public:
  explicit Scripted(const wsman::Startup&) {}
  void user(wsman::UserQuestion question) override { on_user(question); }
  void operation(wsman::OperationQuestion question) override { on_operation(question); }

  static std::function<void(const wsman::UserQuestion&)> on_user;
  static std::function<void(const wsman::OperationQuestion&)> on_operation;
};

std::function<void(const wsman::UserQuestion&)> Scripted::on_user;
std::function<void(const wsman::OperationQuestion&)> Scripted::on_operation;

}  // namespace

WSMAN_AUTHORIZATION_PLUGIN(Scripted)
WSMAN_AUTHORIZATION_PLUGIN_QUOTA(Scripted)

namespace {

HANDLE handle(std::uintptr_t value) { return reinterpret_cast<HANDLE>(value); }  // NOLINT

class Questions : public testing::Test {
 protected:
  Questions() {
    EXPECT_EQ(WSManPluginStartup(0, u"wsman", nullptr, &context), NO_ERROR);
    host.accounts[u"deploy"] = handle(64);
  }
  ~Questions() override {
    Scripted::on_user = nullptr;
    Scripted::on_operation = nullptr;
    EXPECT_EQ(WSManPluginShutdown(context, 0, 2), NO_ERROR);
  }

  FakeBackend::Answer ask(std::function<void(const wsman::UserQuestion&)> act) {
    Scripted::on_user = std::move(act);
    host.user_answers.clear();
    WSManPluginAuthzUser(context, &sender, 0);
    EXPECT_EQ(host.user_answers.size(), 1U) << "one answer, always";
    EXPECT_EQ(host.user_answers.at(0).sender, &sender);
    return host.user_answers.at(0);
  }
  FakeBackend::Answer ask_operation(std::function<void(const wsman::OperationQuestion&)> act) {
    Scripted::on_operation = std::move(act);
    host.operation_answers.clear();
    WSManPluginAuthzOperation(context, &sender, 0, WSManOperationShell, u"urn:action", u"urn:resource");
    EXPECT_EQ(host.operation_answers.size(), 1U) << "one answer, always";
    return host.operation_answers.at(0);
  }

  FakeBackend host;
  void* context = nullptr;
  WSMAN_SENDER_DETAILS sender = {u"alice", u"Basic", nullptr, handle(32), u"http://localhost/wsman"};
};

TEST_F(Questions, say_who_asks_for_what) {
  ask([](const wsman::UserQuestion& question) {
    EXPECT_EQ(question.user(), u"alice");
    EXPECT_EQ(question.mechanism(), u"Basic");
    EXPECT_EQ(question.url(), u"http://localhost/wsman");
    EXPECT_EQ(question.certificate(), nullptr);
    EXPECT_EQ(question.token(), handle(32));
    question.refuse();
  });
  ask_operation([](const wsman::OperationQuestion& question) {
    EXPECT_EQ(question.operation(), DWORD{WSManOperationShell});
    EXPECT_EQ(question.action(), u"urn:action");
    EXPECT_EQ(question.resource(), u"urn:resource");
    question.refuse();
  });
}

TEST_F(Questions, are_allowed_under_the_token_that_is_meant) {
  const auto own = ask([](const wsman::UserQuestion& question) { question.allow(true); });
  EXPECT_EQ(own.code, ERROR_SUCCESS);
  EXPECT_EQ(own.token, handle(32));
  EXPECT_TRUE(own.administrator);
  EXPECT_EQ(own.context, nullptr);
  const auto service = ask([](const wsman::UserQuestion& question) { question.allow_as_service(); });
  EXPECT_EQ(service.token, nullptr);
  EXPECT_FALSE(service.administrator);
  const auto other = ask([](const wsman::UserQuestion& question) {
    question.allow_as(wsman::Token::for_account(u"deploy", question.token()));
  });
  EXPECT_EQ(other.token, handle(64));
  EXPECT_TRUE(host.closed.empty()) << "the token is the host's now";
}

TEST_F(Questions, that_came_too_late_do_not_take_the_token) {
  host.result = ERROR_INVALID_PARAMETER;
  ask([](const wsman::UserQuestion& question) {
    EXPECT_EQ(question.allow_as(wsman::Token(handle(64))), ERROR_INVALID_PARAMETER);
  });
  EXPECT_EQ(host.closed, std::set<HANDLE>{handle(64)});
  ask([](const wsman::UserQuestion& question) { question.allow(); });
  EXPECT_EQ(host.closed.size(), 1U) << "the sender's is the host's";
}

TEST_F(Questions, are_refused_rather_than_answered_for_the_service_account_by_mistake) {
  const auto none = ask([](const wsman::UserQuestion& question) { question.allow_as(wsman::Token()); });
  EXPECT_EQ(none.code, ERROR_INVALID_HANDLE);
  const auto unknown = ask([](const wsman::UserQuestion& question) {
    question.allow_as(wsman::Token::for_account(u"nobody-here", question.token()));
  });
  EXPECT_EQ(unknown.code, ERROR_NO_SUCH_USER);
  EXPECT_EQ(unknown.token, nullptr);
}

TEST_F(Questions, are_refused_with_code_and_text) {
  const auto plain = ask([](const wsman::UserQuestion& question) { question.refuse(); });
  EXPECT_EQ(plain.code, ERROR_ACCESS_DENIED);
  const auto thrown =
      ask_operation([](const wsman::OperationQuestion&) { throw wsman::Error(ERROR_WSMAN_QUOTA_LIMIT, u"<Why/>"); });
  EXPECT_EQ(thrown.code, ERROR_WSMAN_QUOTA_LIMIT);
  EXPECT_EQ(thrown.text, u"<Why/>");
  const auto success = ask([](const wsman::UserQuestion& question) { question.refuse(ERROR_SUCCESS); });
  EXPECT_EQ(success.code, ERROR_ACCESS_DENIED) << "a refusal is never a success";
  const auto away = ask([](const wsman::UserQuestion& question) { question.redirect(u"https://other/wsman"); });
  EXPECT_EQ(away.code, ERROR_WSMAN_REDIRECT_REQUESTED);
  EXPECT_EQ(away.text, u"https://other/wsman");
}

TEST_F(Questions, are_refused_when_dropped_or_when_anything_is_thrown) {
  EXPECT_EQ(ask([](const wsman::UserQuestion&) {}).code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(ask_operation([](const wsman::OperationQuestion&) {}).code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(ask([](const wsman::UserQuestion&) { throw std::runtime_error("x"); }).code, ERROR_INTERNAL_ERROR);
  EXPECT_EQ(ask([](const wsman::UserQuestion&) { throw std::bad_alloc(); }).code, ERROR_OUTOFMEMORY);
}

TEST_F(Questions, are_answered_once_also_later_by_a_copy) {
  ask([](const wsman::UserQuestion& question) {
    EXPECT_TRUE(question.refuse());
    EXPECT_FALSE(question.refuse());
    EXPECT_EQ(question.allow(), ERROR_INVALID_PARAMETER);
    EXPECT_EQ(question.allow_as_service(true, std::make_shared<int>(1)), ERROR_INVALID_PARAMETER);
    throw wsman::Error(ERROR_INVALID_DATA);
  });
  std::unique_ptr<wsman::OperationQuestion> later;
  Scripted::on_operation = [&](const wsman::OperationQuestion& question) {
    later = std::make_unique<wsman::OperationQuestion>(question);
  };
  WSManPluginAuthzOperation(context, &sender, 0, WSManOperationShell, u"", u"");
  EXPECT_TRUE(host.operation_answers.empty());
  EXPECT_EQ(later->allow(), ERROR_SUCCESS);
  later.reset();
  EXPECT_EQ(host.operation_answers.size(), 1U);
}

TEST_F(Questions, keep_a_context_until_it_is_released) {
  const auto user = std::make_shared<int>(1);
  const auto first = ask([&](const wsman::UserQuestion& question) { question.allow(false, user); });
  const auto second = ask_operation([&](const wsman::OperationQuestion& question) { question.allow(user); });
  EXPECT_EQ(user.use_count(), 3);
  EXPECT_NE(first.context, second.context);
  WSManPluginAuthzReleaseContext(first.context);
  WSManPluginAuthzReleaseContext(second.context);
  EXPECT_EQ(user.use_count(), 1);
}

}  // namespace
