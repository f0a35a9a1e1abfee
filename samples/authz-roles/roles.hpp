// The roles file: who may do what. One rule per line:
//
//     # comment
//     USER  allow [administrator] [as ACCOUNT]
//     USER  deny [TEXT]
//     USER  redirect URL
//     *     allow | deny | redirect ...
//
// USER is the name the client logged in with, compared exactly. At most one rule for each; `*` stands for all others
// and comes last; who has no rule is refused. TEXT is the rest of the line, plain or an XML document, and goes to the
// client. UTF-8. Every line ends with a line feed, the last one too. So a file that is read half-written lets nobody do
// more than before: cut in the middle of a line it is broken, cut between lines it lacks rules, and who has no rule is
// refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct Rule {
  enum class Verdict { deny, allow, redirect };
  Verdict verdict = Verdict::deny;
  bool administrator = false;
  std::string account;  // allow: the account that does the work; empty: the user's own
  std::string text;     // deny: for the client; redirect: the URL
};

class Roles {
 public:
  static constexpr std::size_t max_file_size = std::size_t{1} << 20;
  static constexpr std::size_t max_url_size = 2048;

  // No value: `error` says what is wrong and in which line.
  static std::optional<Roles> parse(std::string_view file, std::string& error);

  // The rule for a user; deny without a text when there is none.
  const Rule& find(const std::string& user) const;

 private:
  std::unordered_map<std::string, Rule> rules_;
  Rule others_;
};
