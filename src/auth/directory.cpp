#include "auth/directory.hpp"

#include "lib/users/password.hpp"

namespace winrmd::auth {

Result<bool> Directory::refresh() {
  const auto now = users::stamp_of(path_);
  const bool changed = !read_ || now != stamp_;
  if (changed) {
    auto file = path_.empty() ? Result<users::UserFile>(users::UserFile()) : users::read_user_file(path_, &stamp_);
    if (!file) stamp_ = now;
    error_ = file ? std::string() : file.error().message;
    file_ = file ? std::move(*file) : users::UserFile();
    const auto all = file_.users();
    if (file || dummy_.empty()) dummy_ = users::dummy_hash(all.empty() ? std::string() : all.front()->hash);
    read_ = true;
  }
  if (!error_.empty()) return fail(error_);
  return changed;
}

}  // namespace winrmd::auth
