#include <string>
#include <wsman.hpp>

#include "policy.hpp"

namespace {

// Called on several threads at a time; Policy does not change, so it needs no lock. A question may also be kept and
// answered later: one that is dropped is refused.
class PLUGIN_CLASS : public wsman::AuthorizationPlugin {
 public:
  explicit PLUGIN_CLASS(const wsman::Startup& startup)
      : policy_(startup.parameter("users").value_or(""), startup.parameter("administrators").value_or("")) {}

  void user(wsman::UserQuestion question) override {
    const auto name = wsman::to_utf8(question.user());
    if (!name || !policy_.admits(*name)) {
      question.refuse(ERROR_ACCESS_DENIED, WSMAN_TEXT("You are not on the list."));
      return;
    }
    question.allow(policy_.is_administrator(*name));
  }

  void operation(wsman::OperationQuestion question) override { question.allow(); }

 private:
  const Policy policy_;
};

}  // namespace

WSMAN_AUTHORIZATION_PLUGIN(PLUGIN_CLASS)
