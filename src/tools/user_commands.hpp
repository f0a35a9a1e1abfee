// What `winrmctl user …` does with a user file and the file of NT hashes that belongs to it. No terminal here:
// passwords come as arguments.
#pragma once

#include <string>

#include "lib/base/result.hpp"

namespace winrmd::tools {

inline constexpr const char* default_user_file = "/etc/winrmd/users";
// The file of NT hashes, where none is named, is the user file's name with this behind it.
inline constexpr const char* ntlm_suffix = ".ntlm";

struct UserFiles {
  std::string users;
  std::string ntlm;  // need not exist
};

// Whether a user can log in by NTLM afterwards.
enum class Ntlm : std::uint8_t {
  as_before,  // a new one cannot; an old one's NT hash, where there is one, becomes the new password's
  yes,
};

// Adds a user; files are made if there are none. Fails for a user who is there already.
Result<void> add_user(const UserFiles& files, const std::string& name, const std::string& account,
                      const std::string& password, Ntlm ntlm = Ntlm::as_before);
// Changes the password of a user who is there.
Result<void> change_password(const UserFiles& files, const std::string& name, const std::string& password,
                             Ntlm ntlm = Ntlm::as_before);
// From both files.
Result<void> remove_user(const UserFiles& files, const std::string& name);
// One line a user: name, account (`-`: none said), `locked` where no password can fit, `ntlm` where there is an NT
// hash.
Result<std::string> list_users(const UserFiles& files);

}  // namespace winrmd::tools
