#include "auth/penalties.hpp"

#include <algorithm>

namespace winrmd::auth {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes remembered_for(5);
constexpr unsigned most_failures = 1000;

// Failures up to `free` cost nothing; after that the delay doubles from `step` to `most`.
struct Rule {
  unsigned free;
  milliseconds step;
  milliseconds most;
};
constexpr Rule pair_rule{.free = 2, .step = milliseconds(250), .most = milliseconds(5000)};
constexpr Rule peer_rule{.free = 20, .step = milliseconds(250), .most = milliseconds(5000)};
// Distributed guessing at one account: slowed a little, since the account's owner waits as well.
constexpr Rule user_rule{.free = 50, .step = milliseconds(250), .most = milliseconds(1000)};

milliseconds delay_for(const Rule& rule, unsigned failures) {
  if (failures <= rule.free) return milliseconds(0);
  const unsigned doublings = std::min(failures - rule.free - 1, 16U);
  return std::min(rule.step * (1U << doublings), rule.most);
}

// A peer's text has no NUL, so the parts cannot run into each other.
std::string peer_key(std::string_view peer) { return std::string("p") + std::string(peer); }
std::string user_key(std::string_view user) { return std::string("u") + std::string(user); }
std::string pair_key(std::string_view peer, std::string_view user) {
  return std::string("b").append(peer).append(1, '\0').append(user);
}

}  // namespace

unsigned Penalties::failures(const std::string& key, Clock::time_point now) const {
  const auto found = index_.find(key);
  return found == index_.end() || now - found->second->last > remembered_for ? 0 : found->second->failures;
}

milliseconds Penalties::delay(std::string_view peer, std::string_view user, Clock::time_point now) const {
  return std::max({delay_for(pair_rule, failures(pair_key(peer, user), now)),
                   delay_for(peer_rule, failures(peer_key(peer), now)),
                   delay_for(user_rule, failures(user_key(user), now))});
}

bool Penalties::has_failed(std::string_view peer, std::string_view user, Clock::time_point now) const {
  return failures(pair_key(peer, user), now) > pair_rule.free;
}

void Penalties::count(const std::string& key, Clock::time_point now) {
  const unsigned before = failures(key, now);
  if (const auto known = index_.find(key); known != index_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
  } else {
    entries_.push_front({.key = key, .failures = 0, .last = now});
    index_[key] = entries_.begin();
  }
  entries_.front().failures = std::min(before + 1, most_failures);
  entries_.front().last = now;
  if (entries_.size() > max_penalties) {
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

void Penalties::failed(std::string_view peer, std::string_view user, Clock::time_point now) {
  count(peer_key(peer), now);
  if (user.empty()) return;
  count(user_key(user), now);
  count(pair_key(peer, user), now);
}

void Penalties::succeeded(std::string_view peer, std::string_view user) {
  const auto found = index_.find(pair_key(peer, user));
  if (found == index_.end()) return;
  entries_.erase(found->second);
  index_.erase(found);
}

}  // namespace winrmd::auth
