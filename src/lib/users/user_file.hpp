// The text of a user file: one user a line, `name:hash` or `name:hash:account`; empty lines and lines that begin with
// `#` are kept as they are. docs/administration.md describes it for administrators. No I/O here: user_store.hpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"

namespace winrmd::users {

inline constexpr std::size_t max_name_size = 256;

struct User {
  std::string name;
  std::string hash;     // as in the shadow file; one that begins with `!` or `*` fits no password
  std::string account;  // local account that does the work; empty: not said
};

class UserFile {
 public:
  // `name` is what errors call the text: `NAME:LINE: what`. One bad line makes the whole text an error, so that a slip
  // of the pen cannot leave half of the users valid.
  static Result<UserFile> parse(std::string_view text, std::string_view name);

  [[nodiscard]] const User* find(std::string_view name) const;  // exactly this name; null when there is none
  [[nodiscard]] std::vector<const User*> users() const;         // in the order of the text
  void set(User user);                                          // adds, or replaces the one of that name
  bool remove(std::string_view name);                           // false: there is none
  [[nodiscard]] std::string text() const;

 private:
  struct Line {
    std::string text;  // of a comment
    User user;         // empty name: a comment or an empty line
  };
  std::vector<Line> lines_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// Fails, saying why, for a name that no line can hold.
Result<void> check_name(std::string_view name);

}  // namespace winrmd::users
