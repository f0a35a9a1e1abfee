#include "host/check/quota_watch.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>

#include "host/check/contract.hpp"

namespace winrmd::host {
namespace {

// The memory is the plug-in's, which may have given it back: the kernel reads it for us.
std::optional<WSMAN_AUTHZ_QUOTA> read(const WSMAN_AUTHZ_QUOTA* where) {
  WSMAN_AUTHZ_QUOTA value = {};
  const iovec here{.iov_base = &value, .iov_len = sizeof value};
  const iovec there{.iov_base = const_cast<WSMAN_AUTHZ_QUOTA*>(where), .iov_len = sizeof value};
  if (::process_vm_readv(::getpid(), &here, 1, &there, 1, 0) != sizeof value) return std::nullopt;
  return value;
}

bool is_on_stack(const void* address) {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return true;
  void* begin = nullptr;
  std::size_t size = 0;
  ::pthread_attr_getstack(&attributes, &begin, &size);
  ::pthread_attr_destroy(&attributes);
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  const auto stack = reinterpret_cast<std::uintptr_t>(begin);
  return value >= stack && value < stack + size;
}

std::array<DWORD, 4> members(const WSMAN_AUTHZ_QUOTA& quota) {
  return {quota.maxAllowedConcurrentShells, quota.maxAllowedConcurrentOperations, quota.timeslotSize,
          quota.maxAllowedOperationsPerTimeslot};
}

}  // namespace

void QuotaWatch::remember(const WSMAN_AUTHZ_QUOTA* quota) {
  forget();
  if (quota == nullptr || is_on_stack(quota)) return;
  Dl_info info{};
  is_static_ = ::dladdr(quota, &info) != 0;
  where_ = quota;
  was_ = *quota;
}

void QuotaWatch::look() {
  if (where_ == nullptr) return;
  const auto now = read(where_);
  if (!now) return forget();
  const auto before = members(was_);
  const auto after = members(*now);
  if (before == after) return;
  // Memory of the heap that was given back holds something else by now: then nothing of it is as it was.
  bool still_a_quota = is_static_;
  for (std::size_t i = 0; i < before.size(); ++i) still_a_quota |= before[i] != 0 && before[i] == after[i];
  if (still_a_quota) {
    contract::report(contract::breach::quota_kept,
                     "the WSMAN_AUTHZ_QUOTA of WSManPluginAuthzQueryQuotaComplete was changed after that call: nobody "
                     "reads it again");
  }
  forget();
}

}  // namespace winrmd::host
