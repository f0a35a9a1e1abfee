#include "host/calls/handles.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace winrmd::host {
namespace {

constexpr std::uint32_t infinite = 0xFFFFFFFF;

void make_readable(const Fd& fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd.get(), &one, sizeof one);
}

}  // namespace

HANDLE Handles::make_event() {
  const HANDLE handle = space_.take();
  if (handle == nullptr) return nullptr;
  std::lock_guard lock(mutex_);
  events_.emplace(handle, std::make_shared<Event>());
  return handle;
}

void Handles::set_event(HANDLE event) {
  std::lock_guard lock(mutex_);
  const auto found = events_.find(event);
  if (found == events_.end()) return;
  found->second->set = true;
  if (found->second->fd) make_readable(found->second->fd);
  found->second->changed.notify_all();
}

void Handles::close_event(HANDLE event) {
  std::lock_guard lock(mutex_);
  const auto found = events_.find(event);
  if (found == events_.end()) return;
  found->second->closed = true;
  found->second->changed.notify_all();
  events_.erase(found);
}

int Handles::event_descriptor(HANDLE event) {
  std::lock_guard lock(mutex_);
  const auto found = events_.find(event);
  if (found == events_.end()) return -1;
  Event& it = *found->second;
  // Made on demand: most plug-ins use the callback, and most operations end before anybody asks.
  if (!it.fd) {
    it.fd.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (it.set) make_readable(it.fd);
  }
  return it.fd.get();
}

Handles::Waited Handles::wait(HANDLE event, std::uint32_t timeout_ms) {
  std::unique_lock lock(mutex_);
  const auto found = events_.find(event);
  if (found == events_.end()) return Waited::no_event;
  const std::shared_ptr<Event> it = found->second;
  const auto over = [&it] { return it->set || it->closed; };
  if (timeout_ms == infinite) {
    it->changed.wait(lock, over);
    return Waited::set;
  }
  return it->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), over) ? Waited::set : Waited::timed_out;
}

HANDLE Handles::make_token(std::shared_ptr<Token> token, bool borrowed) {
  const HANDLE handle = space_.take();
  if (handle == nullptr) return nullptr;
  std::lock_guard lock(mutex_);
  tokens_.emplace(handle, TokenHandle{std::move(token), borrowed});
  return handle;
}

std::shared_ptr<Token> Handles::token(HANDLE handle) {
  std::lock_guard lock(mutex_);
  const auto found = tokens_.find(handle);
  return found == tokens_.end() ? nullptr : found->second.token;
}

bool Handles::borrowed(HANDLE handle) {
  std::lock_guard lock(mutex_);
  const auto found = tokens_.find(handle);
  return found != tokens_.end() && found->second.borrowed;
}

std::shared_ptr<Token> Handles::close_token(HANDLE handle) {
  std::lock_guard lock(mutex_);
  const auto found = tokens_.find(handle);
  if (found == tokens_.end()) return nullptr;
  auto token = std::move(found->second.token);
  tokens_.erase(found);
  return token;
}

}  // namespace winrmd::host
