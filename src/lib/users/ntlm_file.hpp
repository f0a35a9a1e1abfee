// Files of NT hashes, in the layout of smbpasswd: `NAME:UID:LM-HASH:NT-HASH:FLAGS:CHANGED:` a line. The NTLM library
// reads them itself at each log-in, and takes the first line whose name is the client's, whatever its case. No I/O
// here, but for the two functions at the end.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.hpp"
#include "lib/users/private_file.hpp"

namespace winrmd::users {

struct NtlmUser {
  std::string name;
  std::string hash;  // 32 hexadecimal digits: a secret
};

// Wipes the hashes when it goes.
class NtlmFile {
 public:
  NtlmFile() = default;
  ~NtlmFile();
  NtlmFile(NtlmFile&&) = default;
  NtlmFile& operator=(NtlmFile&&) = default;

  // `name` is what errors call the text: `NAME:LINE: what`. One bad line makes the whole text an error. Names are
  // ASCII, and no two are the same but for case: then there is one idea of whom a client means.
  static Result<NtlmFile> parse(std::string_view text, std::string_view name);

  [[nodiscard]] const NtlmUser* find(std::string_view name) const;  // without regard to case; null when there is none
  void set(NtlmUser user);                                          // adds, or replaces the one of that name
  bool remove(std::string_view name);                               // false: there is none
  [[nodiscard]] std::string text() const;                           // comments are kept. A secret

 private:
  struct Line {
    std::string text;  // of a comment
    NtlmUser user;     // empty name: a comment or an empty line
    std::string rest;  // the fields after the hash, as they were
  };
  std::vector<Line> lines_;
};

// Fails, saying why, for a name that no line can hold.
Result<void> check_ntlm_name(std::string_view name);

// As read_user_file and edit_user_file do.
Result<NtlmFile> read_ntlm_file(const std::string& path, FileStamp* stamp = nullptr);
Result<void> edit_ntlm_file(const std::string& path, bool create, const std::function<Result<void>(NtlmFile&)>& edit);

}  // namespace winrmd::users
