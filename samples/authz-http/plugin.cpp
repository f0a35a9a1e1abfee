// An authorization plug-in that asks a policy service over HTTP, such as Open Policy Agent. Whatever goes wrong, nobody
// gets in who was not let in. README.md describes questions, answers and parameters.
#include <optional>
#include <string>
#include <utility>
#include <wsman.hpp>

#include "asker.hpp"
#include "settings.hpp"

namespace {

// A name that is no UTF-16 is nobody's.
std::string text(wsman::StringView from) {
  auto utf8 = wsman::to_utf8(from);
  if (!utf8) throw wsman::Error(ERROR_ACCESS_DENIED);
  return std::move(*utf8);
}

PolicyQuestion about(const wsman::Question& question, const char* kind) {
  PolicyQuestion policy;
  policy.fields = {{"question", kind},
                   {"user", text(question.user())},
                   {"mechanism", text(question.mechanism())},
                   {"url", text(question.url())}};
  if (question.certificate() != nullptr) {
    policy.fields.emplace_back("certificate_subject", text(wsman::view(question.certificate()->subject)));
    policy.fields.emplace_back("certificate_issuer", text(wsman::view(question.certificate()->issuerName)));
  }
  return policy;
}

void refuse(const wsman::Question& question, const std::optional<Decision>& decision) {
  if (!decision) {
    question.refuse(ERROR_WSMAN_PROVIDER_FAILURE);
    return;
  }
  const auto reason = wsman::to_wide(decision->reason);
  question.refuse(ERROR_ACCESS_DENIED, reason && !reason->empty() ? reason->c_str() : nullptr);
}

void answer(const wsman::UserQuestion& question, const std::optional<Decision>& decision) {
  if (!decision || !decision->allow) return refuse(question, decision);
  if (decision->account.empty()) {
    question.allow(decision->administrator);
    return;
  }
#ifdef _WIN32
  question.refuse(ERROR_NOT_SUPPORTED);  // takes the account's password, or the right to act as part of the system
#else
  try {
    const auto account = wsman::to_wide(decision->account);
    if (!account) throw wsman::Error(ERROR_NO_SUCH_USER);
    question.allow_as(wsman::Token::for_account(*account, question.token()), decision->administrator);
  } catch (const wsman::Error& error) {
    question.refuse(error.code());
  }
#endif
}

class HttpPolicy : public wsman::AuthorizationPlugin {
 public:
  explicit HttpPolicy(const wsman::Startup& startup) : asker_(Settings::from(startup)) {}

  void user(wsman::UserQuestion question) override {
    asker_.ask(about(question, "user"), [question](const auto& decision) { answer(question, decision); });
  }

  void operation(wsman::OperationQuestion question) override {
    auto policy = about(question, "operation");
    policy.fields.emplace_back("operation", std::to_string(question.operation()));
    policy.fields.emplace_back("action", text(question.action()));
    policy.fields.emplace_back("resource", text(question.resource()));
    asker_.ask(std::move(policy), [question](const std::optional<Decision>& decision) {
      if (decision && decision->allow) {
        question.allow();
      } else {
        refuse(question, decision);
      }
    });
  }

 private:
  Asker asker_;
};

}  // namespace

WSMAN_AUTHORIZATION_PLUGIN(HttpPolicy)
