// Whom a name means: the one place that turns what a scheme established, or a client wrote, into a canonical log-in
// name and a local account. docs/administration.md says the rules to administrators. First step: what the text and the
// settings say (no I/O). Second step: what the name service says (admission.hpp).
//
// The canonical name owns shells, so the same person gets the same one over every scheme, and two persons never do:
// it is the plain local name where the person is that local user, else `user@REALM`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/name_service.hpp"
#include "lib/base/result.hpp"
#include "lib/ipc/messages_control.hpp"
#include "lib/users/user_file.hpp"

namespace winrmd::auth {

// How a name came to be known, which says what its parts are worth.
enum class Origin : std::uint8_t {
  password,    // written by a client; the password is then checked against whoever it turns out to mean
  ntlm,        // `user` or `DOMAIN\user` of a finished NTLM exchange, compared without case as NTLM does
  kerberos,    // `principal@REALM`; the realm is proven, case counts
  certificate  // the `user` of a login.certificate entry
};

struct RawName {
  std::string text;
  Origin origin = Origin::password;
};

// A name in its parts. `realm` is empty where the name has none, or `.`.
struct NameParts {
  std::string user;
  std::string realm;
  bool bare = false;  // written without any realm: the default domain applies
};

// Splits `user`, `REALM\user`, `.\user` and `user@REALM`. Fails for what is no name in any of these forms.
Result<NameParts> split_name(const RawName& name);

// Fails, saying why, for text that is never passed on as the name of an account: empty, too long, with `/`, `:`, `\`, a
// control character, a leading `-`, `+`, `~`, `@` or blank, only digits, `.`, `..`, not UTF-8.
Result<void> check_account_name(std::string_view name);

// Whom a name means as far as text and settings say.
struct Person {
  std::string name;       // canonical
  std::string qualified;  // `user@REALM` as it came; the same as name for a local one
  std::string account;    // to look up in the name service
  bool in_file = false;   // a user of the user file, whose hash is the password
  bool own = false;       // the account is this person's own: its spelling in the name service is the canonical one
  bool named = false;     // the account was not made from the client's text by a wildcard: may be root, if anybody may
  bool listed = false;    // must be a user of the file or have an account, also where no account is needed
  bool fold = false;      // an account of that name in lower case will do
  // The key under which failures are counted: all spellings of one person have one.
  [[nodiscard]] std::string penalty_key() const;
};

// Who may log in, and as what.
struct Admission {
  std::string name;     // canonical
  std::string account;  // as the name service spells it; empty where the service is not privileged
};

// Does a domain or realm mean this host? Compares without case. Any thread.
using IsThisHost = std::function<bool(std::string_view)>;

class Accounts {
 public:
  Accounts(ipc::AccountRules rules, IsThisHost is_this_host);

  // `file`: the users of the user file as it is now. The error is the reason, for the log only. Any thread.
  [[nodiscard]] Result<Person> resolve(const RawName& name, const users::UserFile& file) const;

  // Second step, with what the name service says; may block, any thread. Refused are: without an account where the
  // service needs one (`privileged`), uid 0 that was not named, whom the allow and deny lists keep out, and anybody
  // while the name service does not answer.
  [[nodiscard]] Result<Admission> admit(const Person& person, bool privileged, const NameService& names) const;
  [[nodiscard]] const ipc::AccountRules& rules() const { return rules_; }

 private:
  [[nodiscard]] Result<Person> meant(const RawName& name, const users::UserFile& file) const;
  [[nodiscard]] bool is_local(std::string_view realm) const;
  [[nodiscard]] bool fits(const ipc::NameRule& rule, const NameParts& parts, bool fold) const;
  [[nodiscard]] Result<Person> by_rule(const ipc::NameRule& rule, const NameParts& parts, Origin origin,
                                       const users::UserFile& file) const;
  [[nodiscard]] std::vector<std::string> normalized(const std::vector<std::string>& entries) const;

  ipc::AccountRules rules_;
  IsThisHost is_this_host_;
  std::vector<std::string> allow_users_;
  std::vector<std::string> deny_users_;
  bool stand_alone_;                 // nothing is said about domains
  std::vector<std::string> shared_;  // accounts that rules give to more than one person
};

}  // namespace winrmd::auth
