#include <atomic>

#include "host/wsmsvc/seam.hpp"

namespace winrmd::wsmsvc {
namespace {
std::atomic<Backend*> installed = nullptr;
}

Backend* backend() { return installed.load(std::memory_order_acquire); }

}  // namespace winrmd::wsmsvc

winrmd::wsmsvc::Backend* wsmsvc_install(winrmd::wsmsvc::Backend* backend) {
  return winrmd::wsmsvc::installed.exchange(backend, std::memory_order_acq_rel);
}
