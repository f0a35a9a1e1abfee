// What a complete log-in gives to seal messages with. Chosen by mechanism; messages go in order in each direction.
#pragma once

#include "lib/seal/multipart.hpp"

namespace winrmd::seal {

class Protection {
 public:
  Protection() = default;
  Protection(const Protection&) = delete;
  Protection& operator=(const Protection&) = delete;
  virtual ~Protection() = default;

  // Whether messages of that protocol can be sealed with it.
  [[nodiscard]] virtual bool speaks(Protocol protocol) const = 0;
  // The plain text of a part. An error when it was changed, repeated or reordered, or is not as long as it announces;
  // the protection is of no use after that.
  virtual Result<std::string> open(const Part& part) = 0;
  virtual Result<std::vector<Piece>> seal(std::string_view plain) = 0;
};

}  // namespace winrmd::seal
