// Whether a plug-in goes on changing a quota that it has handed over, as if it were read again. It is not: quotas are
// copied. Only where the contract is watched; the caller's lock guards it.
#pragma once

#include "host/core/wsman.hpp"

namespace winrmd::host {

class QuotaWatch {
 public:
  // `quota` was handed over on this thread.
  void remember(const WSMAN_AUTHZ_QUOTA* quota);
  // The plug-in is asked again, and may put together its next answer where it likes.
  void forget() { where_ = nullptr; }
  // Reports a change since then.
  void look();

 private:
  const WSMAN_AUTHZ_QUOTA* where_ = nullptr;
  bool is_static_ = false;  // a variable of a library, not of the heap
  WSMAN_AUTHZ_QUOTA was_ = {};
};

}  // namespace winrmd::host
