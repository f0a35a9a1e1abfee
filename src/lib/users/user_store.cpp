#include "lib/users/user_store.hpp"

namespace winrmd::users {

Result<UserFile> read_user_file(const std::string& path, FileStamp* stamp) {
  auto text = read_private_file(path, stamp);
  if (!text) return std::unexpected(text.error());
  return UserFile::parse(*text, path);
}

Result<void> edit_user_file(const std::string& path, bool create, const std::function<Result<void>(UserFile&)>& edit) {
  return edit_private_file(path, create, [&](std::string_view text) -> Result<std::string> {
    auto file = UserFile::parse(text, path);
    if (!file) return std::unexpected(file.error());
    if (auto edited = edit(*file); !edited) return std::unexpected(edited.error());
    return file->text();
  });
}

}  // namespace winrmd::users
