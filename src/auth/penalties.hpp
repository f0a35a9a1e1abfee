// Guessing passwords is slowed down: answers for a peer and an account are held back the longer the more failures there
// were lately. Nobody is locked out, so nobody can lock out somebody else.
#pragma once

#include <chrono>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace winrmd::auth {

using Clock = std::chrono::steady_clock;

// Counters kept; beyond that the one that failed longest ago is forgotten.
inline constexpr std::size_t max_penalties = 4096;

class Penalties {
 public:
  // How long the answer to this attempt is held back.
  [[nodiscard]] std::chrono::milliseconds delay(std::string_view peer, std::string_view user,
                                                Clock::time_point now) const;
  // True when this user has failed from this peer lately: attempts are then limited in number, too.
  [[nodiscard]] bool has_failed(std::string_view peer, std::string_view user, Clock::time_point now) const;
  // `user` may be empty where no name was given: then it counts for the peer alone.
  void failed(std::string_view peer, std::string_view user, Clock::time_point now);
  // The right password forgives the failures of this user from this peer, but not of the peer, who may be guessing at
  // other users with an account of his own.
  void succeeded(std::string_view peer, std::string_view user);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    unsigned failures = 0;
    Clock::time_point last;
  };
  [[nodiscard]] unsigned failures(const std::string& key, Clock::time_point now) const;
  void count(const std::string& key, Clock::time_point now);

  std::list<Entry> entries_;  // the latest failure first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};

}  // namespace winrmd::auth
